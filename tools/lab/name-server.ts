/** A DNS server that knows no name: hosts find in their tables what they may find, and what else they ask for shows. */
import { createSocket } from 'node:dgram'

const IS_ANSWER = 0x80

const socket = createSocket('udp4')
socket.on('message', (question, from) => {
  if (question.length < 12) return
  // The question back, with no record.
  question[2] = (question[2] ?? 0) | IS_ANSWER
  socket.send(question, from.port, from.address)
})
socket.bind(53, process.argv[2], () => process.stdout.write('ready\n'))
