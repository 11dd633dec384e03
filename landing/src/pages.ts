/** The pages, made once at the start from the texts, the published table of spec/05 and the web client's own styles. */
import { readFileSync } from 'node:fs'
import { type Html, html } from './html.js'
import { publishedColumns, publishedLogKeys } from './published.js'
import type { Served, Site } from './server.js'
import { LANGUAGES, type Texts } from './texts/texts.js'

interface Links {
  /** Origin of the app. */
  readonly app: string
  /** Where the sources are, with a slash at the end. */
  readonly sources: string
}

const ROOT = new URL('../../', import.meta.url)
const STYLES = [
  'reference-client/web/theme/tokens.css',
  'reference-client/web/theme/base.css',
  'landing/src/landing.css',
]
const ICON = 'reference-client/web/public/icon.svg'
const CHAPTER = 'spec/05-account.md'
const PUBLISHED = '/published'
/** What the page gives itself where nobody names another place for the sources. */
const TEXTS = ['README.md', 'spec/README.md', 'spec/02-threat-model.md', CHAPTER]
const OWN_SOURCES = '/sources/'

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

const pathOf = ({ language }: Texts): string => (language === 'en' ? '/' : `/${language}`)

/** Everything that is served. Its pages are the fixed list of what is counted. `sources`: an address with a slash at the end. */
export function makeSite(app: string, sources?: string): Site {
  const links: Links = { app, sources: sources ?? OWN_SOURCES }
  const chapter = read(CHAPTER)
  const page = (body: Html): Served => ({
    type: 'text/html; charset=utf-8',
    body: Buffer.from(body.html),
    counted: true,
  })
  const plain = (text: string): Served => ({
    type: 'text/plain; charset=utf-8',
    body: Buffer.from(text),
    counted: false,
  })
  return new Map<string, Served>([
    ...LANGUAGES.map((texts) => [pathOf(texts), page(home(texts, links))] as const),
    [PUBLISHED, page(published(chapter, links))],
    ['/style.css', { type: 'text/css; charset=utf-8', body: Buffer.from(STYLES.map(read).join('\n')), counted: false }],
    ['/icon.svg', { type: 'image/svg+xml', body: Buffer.from(read(ICON)), counted: false }],
    ...(sources === undefined ? TEXTS : []).map((path) => [OWN_SOURCES + path, plain(read(path))] as const),
  ])
}

function whole(language: string, direction: string, title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
${body}
</body>
</html>
`
}

function home(t: Texts, { app, sources }: Links): Html {
  const others = LANGUAGES.filter(({ language }) => language !== t.language)
  return whole(
    t.language,
    t.direction,
    t.title,
    html`<header class="top">
<span class="brand"><img src="/icon.svg" alt="" width="28" height="28">Solo2</span>
<nav aria-label="${t.languages}">${others.map((other) => html`<a href="${pathOf(other)}" lang="${other.language}" hreflang="${other.language}">${other.name}</a>`)}</nav>
</header>
<main>
<section class="first">
<h1>${t.title}</h1>
<p class="lead">${t.lead}</p>
<p><a class="door" href="${app}">${t.open}</a></p>
${drawing(t)}
</section>
<section><h2>${t.how}</h2><ol class="steps">${t.steps.map((step) => html`<li>${step}</li>`)}</ol></section>
<section><h2>${t.tests}</h2><p class="lead">${t.testsLead}</p>
<ol class="tests">${t.test.map((test) => html`<li><h3>${test.title}</h3><p>${test.text}</p><p class="minor">${test.by}</p></li>`)}</ol></section>
<section><h2>${t.keeps}</h2><p>${t.keepsText}</p><p><a href="${PUBLISHED}" hreflang="en">${t.keepsLink}</a></p></section>
<section><h2>${t.yours}</h2><p>${t.yoursText}</p></section>
<section><h2>${t.here}</h2><p>${t.hereText}</p></section>
<section><h2>${t.read}</h2><ul class="links">
<li><a href="${sources}README.md" hreflang="en">${t.readme}</a></li>
<li><a href="${sources}spec/README.md" hreflang="en">${t.spec}</a></li>
<li><a href="${sources}spec/02-threat-model.md" hreflang="en">${t.threats}</a></li>
</ul></section>
</main>`,
  )
}

/** Two devices and the tunnel; the server has faded. */
function drawing(t: Texts): Html {
  return html`<svg class="drawing" viewBox="0 0 400 150" role="img" aria-label="${t.drawing}">
<g class="faded"><path d="M70 96 188 34M330 96 212 34"/><rect x="182" y="12" width="36" height="28" rx="6"/><path d="M188 22h24M188 30h24"/></g>
<g class="tunnel"><path d="M92 104h216M92 116h216"/></g>
<g class="ends"><rect x="48" y="84" width="44" height="52" rx="8"/><rect x="308" y="84" width="44" height="52" rx="8"/></g>
</svg>`
}

function published(chapter: string, { sources }: Links): Html {
  const columns = publishedColumns(chapter)
  const tables = [...new Set(columns.map(({ table }) => table))]
  const cell = (head: string, value: string) => html`<div><dt>${head}</dt><dd>${value}</dd></div>`
  return whole(
    'en',
    'ltr',
    'What a Solo2 server keeps',
    html`<header class="top"><a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28">Solo2</a></header>
<main>
<section class="first"><h1>What a Solo2 server keeps</h1>
<p class="lead">Every column of its database, and every key of a line of its log. There are no others: a test compares these lists with a live server. They are
those of <a href="${sources}spec/05-account.md">the specification</a>.</p></section>
${tables.map(
  (table) =>
    html`<section><h2><code>${table}</code></h2><ul class="columns">${columns
      .filter((one) => one.table === table)
      .map(
        (one) =>
          html`<li><h3><code>${one.column}</code></h3><p>${one.holds}</p><dl>${cell('Why', one.why)}${cell('Protection', one.protection)}${cell('Kept', one.kept)}</dl></li>`,
      )}</ul></section>`,
)}
<section><h2>The log</h2><dl class="log">${publishedLogKeys(chapter).map(([key, holds]) => cell(key, holds))}</dl></section>
</main>`,
  )
}
