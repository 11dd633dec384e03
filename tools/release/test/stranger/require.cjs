/** A program of before modules, as Node lets it: nothing in the packages waits while it is loaded. */
const { Solo2Error } = require('@solo2/sdk/node')
const { Wake } = require('@solo2/proto/introduction')

console.log(new Solo2Error('malformed', 'x').code, Wake.encode({ token: new Uint8Array(32) }).finish().length)
