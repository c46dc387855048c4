/** What counts as a person on the spot is a matter of types: the stock compiler refuses whatever else is given for one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import type { BuildError, Diagnostic } from "../../../src/host/build/build-error"
import { buildFirmware } from "../../../src/host/build/firmware"

const folder = mkdtempSync(join(tmpdir(), "domovoi-person-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, "package.json"), '{ "name": "home", "version": "1.0.0" }')

/** A device with every input there is. A line that ends in REFUSED gives something for a person that is none. */
const REFUSED = "// refused"
const DEVICE = `import * as ds from "@devicescript/core"
import { pins } from "@dsboard/doorbell_c3"
import { Contact, FailSafe, InsideButton, Releaser, SensorPin } from "devicescript-domovoi"
import { DoorStrike } from "devicescript-domovoi/devs/io/door-strike"
import { runtimeCounterMode } from "devicescript-domovoi/devs/crypto"
import { Owner } from "devicescript-domovoi/devs/owner/owner"
import { DOOR_STRIKE } from "devicescript-domovoi/src/core/rules/door-release"
import { GAS_SENSOR, GasControl } from "devicescript-domovoi/src/core/rules/gas-valve"
import { suiteMinus21 } from "devicescript-domovoi/src/core/session/edhoc/suite-minus-21"
import { prepareX25519 } from "devicescript-domovoi/src/core/session/edhoc/x25519-compact-key"

class ButtonModule {
    private down = false
    constructor(role: ds.Button) {
        role.down.subscribe(this.press)
    }
    pressed(): boolean {
        return this.down
    }
    private press(): void {
        this.down = true
    }
}

const inside = new InsideButton(pins.RELEASE)
const outside = new Contact(pins.BUTTON)
const onTheBus = new ButtonModule(new ds.Button("release"))
const strike = new DoorStrike(pins.STRIKE)
const failSafe = new FailSafe([DOOR_STRIKE])
const pin = new SensorPin(GAS_SENSOR)
const control = new GasControl(failSafe, 0, pin)
const records: string[] = []
const suite = suiteMinus21(runtimeCounterMode)
const makeKey = prepareX25519
async function erase() {}

const word = inside.pressed()
if (word) failSafe.release(0, word)
strike.update(inside.pressed(), 0, false)
control.step(inside.pressed(), inside.closed, 0)
pin.choose(inside.pressed(), inside.closed, 0)
new Owner({ suite, makeKey, touched: () => inside.held(), records, erase })

failSafe.release(0, Releaser.Person) ${REFUSED}
failSafe.release(0, 1) ${REFUSED}
if (onTheBus.pressed()) failSafe.release(0, Releaser.Owner) ${REFUSED}
strike.update(onTheBus.pressed(), 0, false) ${REFUSED}
strike.update(outside.closes(), 0, false) ${REFUSED}
strike.update(true, 0, false) ${REFUSED}
control.step(onTheBus.pressed(), false, 0) ${REFUSED}
control.step(outside.closed, false, 0) ${REFUSED}
control.step(inside.closes(), false, 0) ${REFUSED}
pin.choose(onTheBus.pressed(), true, 0) ${REFUSED}
pin.choose(outside.closes(), true, 0) ${REFUSED}
new Owner({ suite, makeKey, touched: () => onTheBus.pressed(), records, erase }) ${REFUSED}
new Owner({ suite, makeKey, touched: () => outside.closed, records, erase }) ${REFUSED}
new Owner({ suite, makeKey, touched: onTheBus.pressed, records, erase }) ${REFUSED}
const forged: InsideButton = outside ${REFUSED}
const passed: InsideButton = onTheBus ${REFUSED}
`

async function diagnosticsOf(name: string, text: string): Promise<readonly Diagnostic[]> {
    const entry = join(folder, name)
    writeFileSync(entry, text)
    const error = await buildFirmware(entry, { cacheDir: join(folder, "cache") }).then(
        () => undefined,
        (error: BuildError) => error,
    )
    return error ? error.diagnostics : []
}

test("a module on the bus, a contact outside, and whatever is just written down, compile nowhere as a person", async () => {
    const lines = DEVICE.split("\n")
    const refused = lines.flatMap((line, i) => (line.endsWith(REFUSED) ? [i + 1] : []))
    expect(refused.length).toBeGreaterThan(10)
    const told = await diagnosticsOf("forged.ts", DEVICE)
    expect([...new Set(told.map(({ line }) => line))].toSorted((a, b) => a - b)).toEqual(refused)
})

test("the same device without them compiles", async () => {
    const honest = DEVICE.split("\n").filter(line => !line.endsWith(REFUSED))
    expect(await diagnosticsOf("honest.ts", honest.join("\n"))).toEqual([])
})
