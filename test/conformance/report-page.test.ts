/** The page as a reviewer has it: in Debian's Chromium, where it comes from a file and the network is not there. */
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { type Browser, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { boardIds } from "../../simulators/board/definition"
import { circuitDigest } from "../../src/host/board/circuit-digest"
import { drawingOf } from "../../src/host/board/drawing"
import { MAP_NAMES, readMap } from "../../src/host/conformance/maps/map"
import { drawnCircuit, type Extras } from "../../src/host/conformance/report/enclosures"
import { viewsOf, writeReport } from "../../src/host/conformance/report/files"
import { junitOf } from "../../src/host/conformance/report/junit"
import type { TestResult } from "../../src/host/conformance/run"
import { referenceBoard } from "../../src/host/unit/reference-board"
import { areaOf, overlaps, pairs, textsIn } from "../host/board/drawn"
import { HOSTILE, reportBy, result } from "./made-report"

const CHROMIUM = "/usr/bin/chromium"
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js")
const folder = mkdtempSync(join(tmpdir(), "domovoi-page-"))
const url = pathToFileURL(join(folder, "report.html")).href
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><script>document.title = "run"</script><text y="9">circuit</text></svg>`
const EXTRAS: Extras = {
    drawing: { svg: DRAWING, file: HOSTILE },
    sbom: {
        file: HOSTILE,
        sha256: "ab".repeat(32),
        components: [{ name: HOSTILE, version: "1", digest: "ab".repeat(32) }, { name: "core" }],
    },
}

let browser: Browser
beforeAll(async () => {
    if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM}: not there; apt-get install chromium, as .ci/run does`)
    writeReport(folder, reportBy(), EXTRAS)
    // There is no user in a container whom the sandbox could give fewer rights.
    browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    })
})
afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
})

/** The page, what was asked of any network, and what the console said. */
async function opened(
    options: Parameters<Browser["newPage"]>[0] = {},
): Promise<{ page: Page; asked: string[]; said: string[] }> {
    const page = await browser.newPage(options)
    const [asked, said]: [string[], string[]] = [[], []]
    page.on("request", request => void asked.push(request.url().slice(0, 60)))
    page.on("console", message => void said.push(message.text()))
    page.on("pageerror", error => void said.push(error.message))
    page.on("dialog", dialog => {
        said.push(`dialog ${dialog.message()}`)
        void dialog.dismiss()
    })
    await page.goto(url)
    return { page, asked, said }
}

const unfolded = (page: Page) =>
    page.evaluate(() => {
        document.querySelectorAll("details").forEach(folder => {
            folder.open = true
        })
    })

/** What axe finds in it. Its script comes by the debugger, which a page's policy does not bind. */
async function findings(page: Page): Promise<string[]> {
    await page.addScriptTag({ path: AXE }).catch(() => undefined)
    return page.evaluate(async () => {
        const { axe } = window as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
        }
        return (await axe.run()).violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
        )
    })
}

describe("the page", () => {
    test("says nothing on the console, asks nothing of a network, and runs nothing of what a device says", async () => {
        const { page, asked, said } = await opened()
        await unfolded(page)
        expect(asked.filter(address => !/^(file|data):/.test(address))).toEqual([])
        expect(asked.filter(address => address.startsWith("file:"))).toEqual([url.slice(0, 60)])
        expect(said).toEqual([])
        expect(await page.title()).toBe("Conformance report: gas-valve GV-0001")
        expect(await page.evaluate(() => [document.scripts.length, document.images.length])).toEqual([1, 1])
        await page.close()
    })

    test("would not fetch or run what somebody put into it", async () => {
        const { page, said } = await opened()
        const refused: (string | undefined)[] = []
        page.on("requestfailed", request => void refused.push(request.failure()?.errorText))
        await page.evaluate(() => {
            document.body.insertAdjacentHTML(
                "beforeend",
                '<img src="https://elsewhere.example/a.png"><p onclick="alert(1)" id="bad">b</p>',
            )
            document.getElementById("bad")?.click()
        })
        expect(said.some(text => text.includes("Content Security Policy"))).toBe(true)
        expect(said.filter(text => text.startsWith("dialog"))).toEqual([])
        expect(refused).toEqual(["csp"])
        await page.close()
    })

    test.each([
        ["light", {}],
        ["dark", {}],
        ["light", { viewport: { width: 320, height: 640 } }],
    ] as const)("passes axe, unfolded, %s %j", async (colorScheme, options) => {
        const { page } = await opened({ colorScheme, bypassCSP: true, ...options })
        await unfolded(page)
        expect(await findings(page)).toEqual([])
        await page.close()
    })

    test("and axe would find what is not good", async () => {
        const { page } = await opened({ bypassCSP: true })
        await page.evaluate(() =>
            document.body.insertAdjacentHTML(
                "beforeend",
                '<img src="data:,"><p class="notMet" style="color:#eee">pale</p>',
            ),
        )
        expect((await findings(page)).map(finding => finding.split(":")[0])).toEqual(
            expect.arrayContaining(["color-contrast", "image-alt"]),
        )
        await page.close()
    })

    // 200 % of a window of 1280 pixels, and WCAG 2.2's reflow (1.4.10).
    test.each([640, 320])("is read without scrolling sideways at a width of %i pixels", async width => {
        const { page } = await opened({ viewport: { width, height: 600 } })
        await unfolded(page)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
        await page.close()
    })

    test("is unfolded and searched by keyboard, and says how much it has found", async () => {
        const { page } = await opened()
        await page.keyboard.press("Tab")
        expect(await page.evaluate(() => document.activeElement?.className)).toBe("skip")
        const summary = page.locator("article summary").first()
        await summary.focus()
        await page.keyboard.press("Enter")
        expect(await page.evaluate(() => document.querySelector("article details")?.hasAttribute("open"))).toBe(true)

        await page.getByLabel("Find a control").focus()
        await page.keyboard.type("signed updates")
        const shown = await page.locator("article:visible h3").allTextContents()
        expect(shown).toEqual(["C1.4 signed updates, no way back to old ones, safe at power loss"])
        expect(await page.getByRole("status").textContent()).toMatch(/^\d+ of \d+ controls and clauses$/)
        await page.close()
    })

    test("says of each regime which public texts its rows were held against, and what is open", async () => {
        const { page } = await opened()
        await unfolded(page)
        for (const name of MAP_NAMES) {
            const { checked } = readMap(name)
            const said = await page.locator(`#of-${name} .box`).innerText()
            for (const { text, extent } of checked.texts) expect(said).toContain(`${text}: ${extent}`)
            expect(said).toContain(checked.open)
        }
        expect(await page.locator("#of-nistir-8425 td em").count()).toBe(7)
        expect(await page.locator("#of-iso-27402 td em").count()).toBe(0)
        expect(await page.locator("#of-iso-27402 .box").innerText()).toContain("Of every row: No public text has it")
        await page.close()
    })

    test("is whole without its script", async () => {
        const { page } = await opened({ javaScriptEnabled: false })
        expect(await page.locator("article").count()).toBe(33)
        expect(await page.locator("#search").isVisible()).toBe(false)
        await page.close()
    })

    test("tells every verdict by a word", async () => {
        const { page } = await opened()
        const words = await page.locator(".verdict").allTextContents()
        for (const word of words)
            expect(word).toMatch(/(enforced|measured|documented|not met|inconclusive|not assessed|not applicable)$/)
        await page.close()
    })

    test("prints to paper with nothing cut off and nothing folded", async () => {
        const { page } = await opened({ viewport: { width: 680, height: 960 }, javaScriptEnabled: false })
        const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true })
        expect(pdf.length).toBeGreaterThan(10_000)
        // On paper as on a screen of its width: 180 mm at 96 dots per inch.
        await page.emulateMedia({ media: "print" })
        const { wide, hidden } = await page.evaluate(() => ({
            wide: Array.from(document.querySelectorAll("body *"))
                .filter(
                    element =>
                        element.getBoundingClientRect().right > window.innerWidth + 1 ||
                        (element.matches("td, th, p, pre, summary") && element.scrollWidth > element.clientWidth + 1),
                )
                .map(element => element.outerHTML.slice(0, 80)),
            hidden: Array.from(document.querySelectorAll("details > :not(summary)"))
                .filter(element => !element.checkVisibility())
                .map(element => element.outerHTML.slice(0, 80)),
        }))
        expect([wide, hidden]).toEqual([[], []])
        await page.close()
    })
})

describe("the circuit of the board", () => {
    const valve = referenceBoard("valve_pico")
    const drawn = drawnCircuit(valve)
    const wiring = (sha256: string) => result("FS.1-wiring", { evidence: [{ atMs: 0, what: "the circuit", sha256 }] })
    const shown = async (results: readonly TestResult[], options: Parameters<Browser["newPage"]>[0] = {}) => {
        const drawing = join(folder, "drawn")
        writeReport(drawing, reportBy(results), { drawing: drawn })
        const page = await browser.newPage(options)
        await page.goto(pathToFileURL(join(drawing, "report.html")).href)
        return page
    }

    test.each([
        ["that a test has proved it", [wiring(circuitDigest(valve.circuit))], "It is the one that FS.1-wiring proved."],
        [
            "that a test has proved another",
            [wiring("cd".repeat(32))],
            "It is not the circuit that FS.1-wiring proved: that has SHA-256 cdcd",
        ],
        ["that none has", [], "No test of this report has proved it."],
    ])("is drawn, and the page says %s", async (_, results, words) => {
        const page = await shown(results)
        const caption = await page.locator("figcaption").textContent()
        expect(caption).toContain(
            `Drawn from the circuit of board valve_pico, SHA-256 ${circuitDigest(valve.circuit)}.`,
        )
        expect(caption).toContain(words)
        await page.close()
    })

    test("is there for whoever cannot see it, and for a small screen", async () => {
        const page = await shown([], { bypassCSP: true, viewport: { width: 320, height: 640 } })
        expect(await page.getByRole("img", { name: "Circuit of board valve_pico, in words below" }).count()).toBe(1)
        await unfolded(page)
        expect(await page.locator("#drawing li").allTextContents()).toContain(
            "Gate valve_drive: high while VALVE and deadman.",
        )
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
        expect(await findings(page)).toEqual([])
        await page.close()
    })

    test.each(boardIds("boards"))("has each text of %s as wide as it was laid out, in the browser, too", async id => {
        const { svg } = drawingOf(referenceBoard(id))
        const page = await browser.newPage({ viewport: { width: 1600, height: 1200 } })
        await page.setContent(svg)
        const found = await page.evaluate(() =>
            Array.from(document.querySelectorAll("svg text"), element => {
                const { x, y, width, height } = (element as SVGGraphicsElement).getBBox()
                return { text: element.textContent ?? "", x, y, width, height }
            }),
        )
        expect(found).toHaveLength(textsIn(svg).length)
        for (const [at, { text, width, height }] of textsIn(svg)
            .map(text => ({ ...text, ...areaOf(text) }))
            .entries()) {
            expect(found[at].width, text).toBeLessThanOrEqual(width + 1)
            expect(found[at].height, text).toBeLessThanOrEqual(height + 1)
        }
        const faults = pairs(found).filter(([a, b]) => overlaps(a, b, 1))
        expect(faults.map(([a, b]) => `${a.text} on ${b.text}`)).toEqual([])
        await page.close()
    })

    test("is light on paper, dark where the page is", async () => {
        const ink = async (options: Parameters<Page["emulateMedia"]>[0]) => {
            const page = await browser.newPage()
            await page.emulateMedia(options)
            await page.setContent(drawingOf(valve).svg)
            const seen = await page.evaluate(() => getComputedStyle(document.querySelector(".ground")!).fill)
            await page.close()
            return seen
        }
        expect(await ink({ colorScheme: "light" })).toBe("rgb(255, 255, 255)")
        expect(await ink({ colorScheme: "dark" })).toBe("rgb(20, 23, 26)")
        expect(await ink({ colorScheme: "dark", media: "print" })).toBe("rgb(255, 255, 255)")
    })
})

describe("the bill of materials", () => {
    const sbom = { file: "valve.cdx.json", sha256: "ab".repeat(32), components: [{ name: "core" }] }
    const tried = (sha256: string) =>
        result("LC.1-bill", { evidence: [{ atMs: 0, what: "the file of the bill", sha256 }] })
    const section = (results: readonly TestResult[], extras: Extras) => {
        const page = viewsOf(reportBy(results), "the file", extras)["report.html"]
        return /<section id="sbom"[\s\S]*?<\/section>/.exec(page)?.[0]
    }

    test.each<[string, TestResult[], Extras, string[]]>([
        ["the one that was tried", [tried("ab".repeat(32))], { sbom }, ["It is the file that was tried.", "core"]],
        [
            "another one",
            [tried("cd".repeat(32))],
            { sbom },
            ["This is not the file that was tried:", "SHA-256 abab", "the other one has cdcd", "core"],
        ],
        ["one that nobody tried", [], { sbom }, ["No test of this report has tried it.", "core"]],
        ["none", [tried("cd".repeat(32))], {}, ["It is not shown here. The file that was tried has SHA-256 cdcd"]],
        ["one that cannot be read", [], { sbom: { why: "a.json: is gone" } }, ["It is not shown: a.json: is gone"]],
    ])("says of %s what it is", (_, results, extras, words) => {
        for (const word of words) expect(section(results, extras)).toContain(word)
    })

    test("is not spoken of where there is none", () => {
        expect(section([], {})).toBeUndefined()
    })
})

test("the page is a function of the report", () => {
    const views = () => viewsOf(reportBy(), "the file", EXTRAS)
    expect(views()).toEqual(views())
})

test("JUnit XML is well-formed whatever a device says", async () => {
    const page = await browser.newPage()
    const cases = await page.evaluate(xml => {
        const document = new DOMParser().parseFromString(xml, "application/xml")
        return document.querySelector("parsererror")?.textContent ?? document.querySelectorAll("testcase").length
    }, junitOf(reportBy()))
    expect(cases).toBe(7)
    await page.close()
})
