/** The lock after idle, maximum security, taking over from another tab, in English. */
export const locks = {
  idle: {
    title: 'Lock after idle',
    text: 'When nobody uses this page for so long, the tunnels close and the keys are wiped. While it is locked, nothing arrives here.',
    choices: { 0: 'Never', 1: '1 minute', 5: '5 minutes', 15: '15 minutes', 60: '1 hour' },
    strict: 'In maximum security mode, 15 minutes at most.',
  },
  mode: {
    title: 'Maximum security',
    lead: 'For all devices of this account; each follows as soon as it hears of it from the server. While it is on:',
    session:
      'Your vault keeps nothing that gives a session at the server. Opened with the 24 words, it asks for the password before the server is used.',
    notifications: 'There are no notifications: no push service learns when somebody calls you.',
    idle: 'It locks after 15 minutes without use, or sooner if you chose so.',
    always:
      'On or off, nothing that opens the vault is written to the disk: a reload or a closed tab asks for the password again.',
    isOn: 'Maximum security is on.',
    isOff: 'Maximum security is off.',
    turnOn: 'Turn on maximum security',
    turnOff: 'Turn off maximum security',
    noNotifications: 'They are off: maximum security is on.',
  },
  why: {
    idle: 'Locked because nobody used it for a while.',
    taken: 'Locked here because another tab uses the vault now.',
  },
  takeOver: {
    go: 'Use it here',
    text: 'The other tab locks first, so that nothing is lost. Files that are moving go on afterwards. If it does not answer, close it.',
    asking: 'Asking the other tab to lock',
  },
}
