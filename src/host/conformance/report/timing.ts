/** Times that tests have measured against a limit: evidence that has `tookMs` and `limitMs`. */

import { html, type Markup } from "../../markup"
import type { TestResult } from "../run"

export interface Timing {
    test: string
    what: string
    /** Which one it was about, where the test names it. */
    output?: string
    tookMs: number
    limitMs: number
}

export function timingsOf(results: readonly TestResult[]): Timing[] {
    return results.flatMap(({ id, evidence }) =>
        evidence.flatMap(({ what, output, tookMs, limitMs }) =>
            typeof tookMs === "number" && typeof limitMs === "number"
                ? [{ test: id, what, output: typeof output === "string" ? output : undefined, tookMs, limitMs }]
                : [],
        ),
    )
}

/** Units of the drawing; the page scales it. */
const [WIDTH, HEIGHT] = [300, 20]

/** A bar as long as it took, on one as long as it may take; a mark stands at the limit. */
export function barOf({ what, tookMs, limitMs }: Timing): Markup {
    const scale = WIDTH / Math.max(tookMs, limitMs, 1)
    const [took, limit] = [tookMs, limitMs].map(ms => Math.round(ms * scale * 10) / 10)
    return html`<svg class="bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${what}: ${verdictOn({ tookMs, limitMs })}">
<rect class="room" x="0" y="6" width="${limit}" height="8"/>
<rect class="${tookMs > limitMs ? "over" : "took"}" x="0" y="3" width="${took}" height="14"/>
<rect class="limit" x="${Math.max(0, limit - 2)}" y="0" width="2" height="${HEIGHT}"/></svg>`
}

export function verdictOn({ tookMs, limitMs }: Pick<Timing, "tookMs" | "limitMs">): string {
    return tookMs > limitMs ? `${tookMs} ms, over the limit of ${limitMs} ms` : `${tookMs} ms of ${limitMs} ms`
}
