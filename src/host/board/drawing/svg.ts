/** A drawing as SVG: it brings its own ground and colours, light, dark and on paper, and needs no font, network or script. */
import { html, Markup } from "../../markup"
import type { Layout, PlacedBox, Text, Wire } from "./layout"
import { SAMPLE_WIDTH, type Sample, type WireLook } from "./legend"
import { LETTERS } from "./letters"

export interface Picture extends Layout {
    title: string
    description: string
    legend: readonly Sample[]
    lookOf(net: string): WireLook
}

const STYLE = `
svg { --ground: #ffffff; --raised: #f3f5f7; --ink: #15181c; --quiet: #4a525c; --promise: #0a5d2c; --outside: #a0121f; }
@media screen and (prefers-color-scheme: dark) {
  svg { --ground: #14171a; --raised: #1f2429; --ink: #eceff2; --quiet: #b4bcc5; --promise: #7fdca0; --outside: #ff9d9d; }
}
.ground { fill: var(--ground); }
.box { fill: var(--raised); stroke: var(--ink); stroke-width: 1.5; }
.part, .switch, .indicator { rx: 8px; }
.chip { stroke-width: 3; }
.outside { stroke: var(--outside); stroke-dasharray: 6 4; }
text { font-family: "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace; fill: var(--ink); }
.heading, .title { font-weight: bold; }
.note { fill: var(--quiet); }
.promise { fill: var(--promise); }
.wire { fill: none; stroke: var(--ink); stroke-width: 1.25; }
.power { stroke-width: 3; }
.leaves { stroke: var(--outside); stroke-dasharray: 6 4; }
.joint { fill: var(--ink); }
`

export function svgOf(picture: Picture): string {
    const { width, height, boxes, wires, texts, title, description, legend, lookOf } = picture
    const sizes = Object.entries(LETTERS).map(([kind, size]) => `.${kind} { font-size: ${size}px; }\n`)
    const size = html`width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
    return html`<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title description">
<title id="title">${title}</title>
<desc id="description">${description}</desc>
<style>${new Markup(STYLE + sizes.join(""))}</style>
<rect class="ground" width="${width}" height="${height}"/>
${wires.map(wire => wireMarkup(wire, lookOf(wire.net)))}${boxes.map(boxMarkup)}${legend.map(sampleMarkup)}${texts.map(textMarkup)}</svg>
`.text
}

function wireMarkup({ lines, joints }: Wire, look: WireLook): Markup {
    const path = lines.map(([from, to]) => `M${from.x} ${from.y}L${to.x} ${to.y}`).join("")
    const dots = joints.map(({ x, y }) => html`<circle class="joint" cx="${x}" cy="${y}" r="3.5"/>`)
    return html`<path class="${wireClass(look)}" d="${path}"/>${dots}\n`
}

const wireClass = ({ isPower, leaves }: WireLook) => `wire${isPower ? " power" : ""}${leaves ? " leaves" : ""}`

function boxMarkup({ box, x, y, width, height }: PlacedBox): Markup {
    const look = `box ${box.kind}${box.isOutside ? " outside" : ""}`
    return html`<rect class="${look}" x="${x}" y="${y}" width="${width}" height="${height}"/>\n`
}

function textMarkup({ kind, text, x, y, width }: Text): Markup {
    return html`<text class="${kind}" x="${x}" y="${y}" textLength="${width}" lengthAdjust="spacingAndGlyphs">${text}</text>\n`
}

function sampleMarkup({ look, x, y }: Sample): Markup {
    if (look === "outside")
        return html`<rect class="box part outside" x="${x}" y="${y - 6}" width="${SAMPLE_WIDTH}" height="12"/>\n`
    return html`<path class="${wireClass(look)}" d="M${x} ${y}L${x + SAMPLE_WIDTH} ${y}"/>\n`
}
