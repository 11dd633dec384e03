/** English: the pattern that the other languages follow. */
export const EN = {
  language: 'en',
  direction: 'ltr',
  name: 'English',
  title: 'Solo2: a private tunnel between two people',
  lead: 'Direct. A server introduces the two ends, and then is no part of what they say or send.',
  open: 'Open the app',
  languages: 'Languages',
  drawing:
    'Two devices with a line between them; the server above it has faded: it was needed for the introduction only.',
  how: 'How it goes',
  steps: [
    'You draw tickets from the server. A ticket opens a door and carries no name: who asks for an introduction is not said.',
    'Both of you come to the same random-looking place, which only you two can compute. The server passes sealed signals there, in memory, and forgets them.',
    'Your devices find each other and agree on keys. From then on the tunnel is yours: messages, files, everything, of one size, each under a key of its own.',
  ],
  tests: 'Do not believe it. Try it.',
  testsLead: 'Three tests that need no expert.',
  test: [
    {
      title: 'The server is unnecessary',
      text: 'Open a conversation. Stop the server, or take it off the network. Go on writing, go on sending the file. Your devices talk to each other; there is nobody in between who could stop.',
      by: 'If the server is yours, end it. If not, block its name in your firewall. The app says that the server does not answer, and “delivered” goes on appearing.',
    },
    {
      title: 'Send a file of 10 gigabytes',
      text: 'It goes as fast as the path between you two. The server does not notice: it is not involved. Send more, a day long.',
      by: 'Watch the server’s traffic meanwhile. Where two networks allow no direct path, a mirror passes sealed packets that it cannot read, and the app says so.',
    },
    {
      title: 'Talk about telescopes',
      text: 'Spend an afternoon on telescopes, or fishing rods, or anything that you never searched for. Wait a few days. No advertisement for telescopes will come: the words never left your tunnel.',
      by: 'The app talks to its own server and to nobody else. Look into the network tab of your browser.',
    },
  ],
  keeps: 'What the server keeps',
  keepsText:
    'Every column of its database and every key of its log, with the reason, is published, and a test compares the list with a live server. There is no message, no file and no list of contacts among them. What names two people is a request that waits for its answer, for three days at most.',
  keepsLink: 'The whole list',
  yours: 'Your data, your responsibility',
  yoursText:
    'Messages, files and contacts are in an encrypted vault on your device, and nowhere else. 24 words open it. If you lose your only device, no cloud brings it back: make a backup, or use a second device.',
  here: 'What this page knows about you',
  hereText:
    'This page counts visits: which page, which day, how many. No cookie, no address, no script, nothing that tells one visitor from another. The app does not count anything.',
  read: 'Read on',
  readme: 'Run it, build on it',
  spec: 'The specification',
  threats: 'What it cannot promise',
} as const
