/** How the page looks: light and dark, on paper, and at any size of letters. Colours have a contrast of 4.5 to 1 and more (WCAG 2.2, 1.4.3). */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f3f5f7; --ink: #15181c; --quiet: #4a525c; --line: #b9c1ca; --link: #0b4fae;
  --good: #0a5d2c; --fair: #7a4500; --bad: #a0121f; --unknown: #4a525c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --raised: #1f2429; --ink: #eceff2; --quiet: #b4bcc5; --line: #4b545e; --link: #93c0ff;
    --good: #7fdca0; --fair: #f3c069; --bad: #ff9d9d; --unknown: #b4bcc5;
  }
}
* { box-sizing: border-box; }
html { background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.35rem; border-bottom: 2px solid var(--line); margin: 2.2rem 0 0.8rem; }
h3 { font-size: 1.1rem; margin: 1.4rem 0 0.4rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, input:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; list-style: none; margin: 0.6rem 0; padding: 0; }
.quiet { color: var(--quiet); }
code, pre { font: 0.9em/1.45 ui-monospace, monospace; }
pre { white-space: pre-wrap; margin: 0.5rem 0; }
table { border-collapse: collapse; margin: 0.5rem 0; width: 100%; }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
th, td { border: 1px solid var(--line); padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; }
thead th { background: var(--raised); }
.facts th { width: 14rem; font-weight: 600; background: var(--raised); }
.fixed { table-layout: fixed; }
.narrow { width: 5rem; overflow-wrap: normal; }
.middle { width: 18%; }
td .verdict { white-space: normal; }
.wide { width: 30%; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.verdict { white-space: nowrap; font-weight: 600; }
.verdict .sign { display: inline-block; width: 1.2em; text-align: center; }
.enforced, .measured { color: var(--good); }
.documented, .inconclusive { color: var(--fair); }
.notMet { color: var(--bad); }
.notAssessed, .notApplicable { color: var(--unknown); }
.box { border: 1px solid var(--line); border-left-width: 0.4rem; background: var(--raised); padding: 0.4rem 0.8rem; margin: 0.6rem 0; }
.box.good { border-left-color: var(--good); }
.box.bad { border-left-color: var(--bad); }
.box p { margin: 0.3rem 0; }
.test { border-top: 1px solid var(--line); padding: 0.4rem 0 0.4rem 1rem; }
.test p { margin: 0.2rem 0; }
summary { cursor: pointer; padding: 0.2rem 0; }
.bar { display: block; width: 100%; max-width: 20rem; height: 1.2rem; }
.bar .room { fill: var(--line); }
.bar .took { fill: var(--good); }
.bar .over { fill: var(--bad); }
.bar .limit { fill: var(--ink); }
figure { margin: 0.6rem 0; }
figcaption { color: var(--quiet); }
.sheet { overflow-x: auto; border: 1px solid var(--line); }
.sheet:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.drawing { display: block; max-width: 100%; min-width: 60rem; }
.drawing.given { background: #ffffff; min-width: 0; }
.search label { font-weight: 600; }
.search input { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--quiet); padding: 0.3rem 0.5rem; }
.search input { width: 100%; max-width: 30rem; }
[hidden] { display: none !important; }
@media (max-width: 40rem) {
  .facts th { width: 30%; }
  .narrow { width: 18%; }
  .verdict { white-space: normal; }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #ffffff; --raised: #ffffff; --ink: #000000; --quiet: #333333; --line: #888888; --link: #000000;
    --good: #0a5d2c; --fair: #7a4500; --bad: #a0121f; --unknown: #333333;
  }
  html { font-size: 10pt; }
  /* The edge of a table is half outside it. */
  body { max-width: none; padding: 0 1px; }
  nav, .search, .skip { display: none; }
  h2, h3, summary, caption { break-after: avoid; }
  tr, .box, .bar { break-inside: avoid; }
  thead { display: table-header-group; }
  details::details-content { content-visibility: visible; display: block; }
  .bar { print-color-adjust: exact; }
  #drawing h2, #drawing figure { page: drawing; }
  .sheet { overflow-x: visible; border: none; }
  .drawing { min-width: 0; max-height: 140mm; margin: 0 auto; }
}
@page { size: A4; margin: 15mm; }
@page drawing { size: A4 landscape; margin: 12mm; }
`
