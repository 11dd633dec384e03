/** Whether the server beside it answers: what HEALTHCHECK asks. It asks its own host, so the certificate's name says nothing. */
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'

const { SOLO2_TLS_CERT, SOLO2_PORT = '8470' } = process.env
const get = SOLO2_TLS_CERT === undefined ? getHttp : getHttps
const where = { host: '127.0.0.1', port: SOLO2_PORT, path: '/health', rejectUnauthorized: false, timeout: 4_000 }

const request = get(where, (response) => {
  response.resume()
  if (response.statusCode !== 200) fail(`answered ${response.statusCode}`)
})
request.on('timeout', () => request.destroy(new Error('no answer')))
request.on('error', (error) => fail(error.message))

function fail(why) {
  process.stderr.write(`${why}\n`)
  process.exitCode = 1
}
