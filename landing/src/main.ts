/** `npm run landing`: serves the landing page. `npm run landing -- counts` prints day, page and visits. */
import { readConfig } from './config.js'
import { openCounts, WRITE_MS } from './counts.js'
import { makeSite } from './pages.js'
import { startLanding } from './server.js'

const [command] = process.argv.slice(2)
const config = readConfig(process.env)
const counts = openCounts(config.LANDING_DATA, config.LANDING_KEEP_DAYS, Date.now)

if (command === 'counts') {
  for (const { day, page, count } of counts.all()) console.log(`${day}  ${page}  ${count}`)
  counts.close()
} else {
  const site = makeSite(config.LANDING_APP, config.LANDING_SOURCES)
  const landing = await startLanding(site, counts, config.LANDING_HOST, config.LANDING_PORT)
  const timer = setInterval(() => counts.write(), WRITE_MS)
  console.log(`Landing page ready: http://${config.LANDING_HOST}:${landing.port}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clearInterval(timer)
      void landing.close().then(() => counts.close())
    })
  }
}
