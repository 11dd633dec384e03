/** The setting "Notifications", in English. */
export const notifications = {
  title: 'Notifications',
  what: 'While Solo2 is closed, your browser can tell you that somebody wants to reach you. The notification holds nothing else: no name, no text. It travels through the push service of your browser’s maker, which learns when, not who.',
  states: {
    unsupported: 'This browser has no notifications for pages like this one.',
    denied: 'You have forbidden them for this page. Allow them in the browser’s settings of this page, then come back.',
    off: 'They are off in this browser.',
    turning_on: 'Turning on. Your browser may ask you.',
    on: 'They are on in this browser. Logging out turns them off.',
    turning_off: 'Turning off.',
  },
  turnOn: 'Turn on',
  turnOff: 'Turn off',
  pushService: 'Your browser could not reach its push service. Try again when you are online.',
}
