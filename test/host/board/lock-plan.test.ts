import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { boardIds } from "../../../simulators/board/definition"
import { hardenCommand } from "../../../src/cli/harden-command"
import { lockPlanOf, openWays, SURFACES } from "../../../src/host/board/lock-plan"
import { runHere } from "../kept-valve"

const boards = mkdtempSync(join(tmpdir(), "domovoi-lock-plan-"))
afterAll(() => rmSync(boards, { recursive: true }))

describe("a lock plan", () => {
    test.each(boardIds("boards"))("of %s answers for every way into its chip", board => {
        const { ways } = lockPlanOf(board)
        expect(new Set(ways.map(({ surface }) => surface))).toEqual(new Set(Object.keys(SURFACES)))
    })

    test("ends with what closes its own tool's way, and encrypts before it signs", () => {
        const { ways } = lockPlanOf("doorbell_c3")
        const commands = ways.flatMap(way => ("close" in way ? way.close : []))
        const at = (word: string) => commands.findIndex(command => command.includes(word))
        expect(at("SPI_BOOT_CRYPT_CNT")).toBeLessThan(at("SECURE_BOOT_EN"))
        for (const fuse of ["DIS_PAD_JTAG", "DIS_USB_JTAG", "DIS_DIRECT_BOOT", "UART_PRINT_CONTROL", "SECURE_BOOT_EN"])
            expect(at(fuse)).toBeLessThan(at("ENABLE_SECURITY_DOWNLOAD"))
    })

    test.each<[string, (plan: string) => string, RegExp]>([
        ["forgets a surface", plan => plan.replace(/^ {4}debug:\n(?: {8}.*\n)+/m, ""), /surfaces\.?/],
        ["has one that there is not", plan => plan.replace("    debug:", "    radio:"), /surfaces/],
        ["closes with nothing", plan => plan.replace(/close: \[.*DIS_DIRECT_BOOT.*\]/, "close: []"), /surfaces/],
        ["does not say what cannot be undone", plan => plan.replace(/^ +irreversible: .*\n/m, ""), /surfaces/],
    ])("that %s is refused", (_, change, words) => {
        const plan = readFileSync("boards/doorbell_c3/lock-plan.yaml", "utf8")
        mkdirSync(join(boards, "board"), { recursive: true })
        writeFileSync(join(boards, "board", "lock-plan.yaml"), change(plan))
        expect(change(plan)).not.toBe(plan)
        expect(() => lockPlanOf("board", boards)).toThrow(words)
    })
})

describe("domovoi harden", () => {
    test("prints what closes each way, for ever, and ends with 1 while one stays open", async () => {
        const { status, printed } = await runHere(hardenCommand, "--board", "doorbell_c3", "--port", "/dev/ttyACM0")
        expect(status).toBe(1)
        expect(printed).toMatch(/^doorbell_c3 \(ESP32-C3\): 7 of 8 ways in can be closed$/m)
        expect(printed).toContain("espefuse --port /dev/ttyACM0 burn-efuse DIS_PAD_JTAG 1")
        expect(printed).not.toContain("PORT ")
        expect(printed).toMatch(/^stays open {2}runtime/m)
    })

    test("of a chip without fuses says that nothing closes anything", async () => {
        const { status, printed } = await runHere(hardenCommand, "--board", "valve_pico", "--json")
        const { ways, open } = JSON.parse(printed)
        expect([status, ways.length, open]).toEqual([1, 6, 6])
        expect(openWays(lockPlanOf("valve_pico"))).toHaveLength(6)
    })

    test("wants a board that there is", async () => {
        await expect(runHere(hardenCommand, "--board", "toaster")).rejects.toThrow("toaster")
    })
})
