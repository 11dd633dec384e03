import { describe, expect, it } from 'vitest'
import { createMetrics, type Measured } from './metrics.js'

const measured = (changes: Partial<Measured> = {}): Measured => ({
  startedAt: 1_700_000_000_900,
  cpuSeconds: 12.9,
  memoryBytes: 80_400_001,
  loopDelaySeconds: 0.0123,
  ready: true,
  sockets: 0,
  certificateEnds: undefined,
  ...changes,
})

describe('[X1] metrics', () => {
  it('count in steps of five, so that one person moves none from zero', () => {
    const metrics = createMetrics()
    for (let i = 0; i < 4; i++) metrics.answered(200)
    metrics.logged('refused', 'rate_limited')
    metrics.renew(measured({ sockets: 4 }))
    expect(metrics.text()).toContain('\nsolo2_sockets 0\n')
    expect(metrics.text()).not.toContain('{')
    metrics.answered(200)
    for (let i = 0; i < 8; i++) metrics.logged('refused', 'rate_limited')
    metrics.renew(measured({ sockets: 23 }))
    expect(metrics.text()).toContain('\nsolo2_answers_total{status="200"} 5\n')
    expect(metrics.text()).toContain('\nsolo2_events_total{event="refused",code="rate_limited"} 5\n')
    expect(metrics.text()).toContain('\nsolo2_sockets 20\n')
  })

  it('stand still until they are renewed, so that they tell no moment', () => {
    const metrics = createMetrics()
    expect(metrics.text()).toBe('')
    metrics.renew(measured())
    const before = metrics.text()
    for (let i = 0; i < 50; i++) metrics.answered(200)
    expect(metrics.text()).toBe(before)
    metrics.renew(measured())
    expect(metrics.text()).not.toBe(before)
  })

  it('tell of the process in whole seconds and MiB, in a form that each line of has a name, a help and a type', () => {
    const metrics = createMetrics()
    metrics.renew(measured({ certificateEnds: 1_800_000_000_000, ready: false }))
    const text = metrics.text()
    for (const line of [
      'process_cpu_seconds_total 12',
      `process_resident_memory_bytes ${77 * 1_048_576}`,
      'process_start_time_seconds 1700000000',
      'solo2_loop_delay_seconds 0.01',
      'solo2_certificate_ends_seconds 1800000000',
      'solo2_ready 0',
    ])
      expect(text.split('\n')).toContain(line)
    const names = text.match(/^[a-z][a-z0-9_]*/gm) ?? []
    for (const name of names) {
      expect(text).toMatch(new RegExp(`^# HELP ${name} .`, 'm'))
      expect(text).toMatch(new RegExp(`^# TYPE ${name} (counter|gauge)$`, 'm'))
    }
  })
})
