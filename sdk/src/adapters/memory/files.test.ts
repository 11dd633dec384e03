import { filesSuite } from '../../../test/suites/files.suite.js'
import { createFolder, memoryFiles } from './files.js'

filesSuite('memory', () => {
  const folder = createFolder()
  return {
    files: memoryFiles(folder),
    restart: () => memoryFiles(folder),
    saved: async () => folder.saved,
    dispose: async () => {},
  }
})
