/** What lies in the databases of a page, as a script sees it. */

/** Runs in the page: each record of each vault in IndexedDB, as a list of its bytes. */
export async function storedRecords(): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  for (const { name = '' } of await indexedDB.databases()) {
    if (!name.startsWith('solo2 vault ')) continue
    const database = await done(indexedDB.open(name))
    const records = database.transaction('records').objectStore('records')
    const [keys, values] = await Promise.all([done(records.getAllKeys()), done(records.getAll())])
    for (const [n, key] of keys.entries()) found[`${name} ${(key as string[]).join('/')}`] = `${values[n]}`
    database.close()
  }
  return found
}
