/** The balancer as a process of its own: one process may not have as many descriptors as all sockets and their connections. */
import { startBalancer } from './balancer.js'

const balancer = await startBalancer(process.argv.slice(2).map(Number))
process.on('message', (port: number) => balancer.drop(port))
process.on('disconnect', () => process.exit(0))
process.send?.(balancer.port)
