/** Devices that are not safe in time, or do not stay so. */
import type { Bench } from "../../src/host/conformance/bench"
import { brokenBy } from "./broken-by"
import type { Difference, Mutant } from "./mutant"

const VALVE = "devs/devices/gas-valve.ts"
const DOORBELL = "devs/devices/doorbell.ts"
const RULE = "src/core/rules/gas-valve.ts"
const JUDGE = "src/core/failsafe/sensor-judge.ts"
const DEVICE = "devs/device.ts"

const HELD = "    forcedBy: DEVICE_CAUSES | SENSOR_CAUSES | Cause.Hazard | Cause.Owner,"
const IS_GAS = "return percentLel >= HAZARD_PERCENT_LEL && percentLel <= GAS_SENSOR.max"
const withoutDeadman = brokenBy(["valve_drive: { and: [VALVE, deadman] }", "valve_drive: VALVE"])
const slowDeadman = brokenBy(["timeoutMs: 500", "timeoutMs: 3000"])
const AGENT = "src/core/update/update-agent.ts"
/** A second sensor in the same room. Whoever opens the valve first has chosen the one that was there alone; that there is gas is believed of both. */
const secondSensor: Difference = {
    board: brokenBy([
        "    gas: { kind: gas-sensor, power: 5V }\n",
        "    gas: { kind: gas-sensor, power: 5V }\n    gas2: { kind: gas-sensor, power: 5V }\n",
    ]),
    declare(declared) {
        const { valve } = declared.declares.outputs
        const alone = { part: "gas2", do: "unplug", thenMs: 2500 }
        valve.activate = [alone, ...valve.activate, { part: "gas2", do: "plug" }]
        return declared
    },
}
const REMEMBERS = [RULE, "            this.wanted = 0\n            if (pressed)", "            if (pressed)"] as const

/** A bench at which the spring of the valve is broken by the time at which the supply goes. */
function withoutSpring(bench: Bench): Bench {
    return new Proxy(bench, {
        get(of, name) {
            if (name === "supply")
                return async (on: boolean) => {
                    await of.act("valve", "stick", "open")
                    await of.supply(on)
                }
            const value = Reflect.get(of, name)
            return typeof value === "function" ? value.bind(of) : value
        },
    })
}

export const FAILSAFE_MUTANTS: readonly Mutant[] = [
    {
        name: "valve-without-spring",
        caughtBy: "FS.1-supply-cut",
        device: "gas-valve",
        breaks: "Its valve stays open when the current goes.",
        bench: withoutSpring,
        seen: "still not safe",
    },
    {
        name: "ignores-gas",
        caughtBy: "FS.1-hazard",
        device: "gas-valve",
        breaks: "It takes no reading for gas.",
        change: [[RULE, IS_GAS, "return false"]],
        seen: "still not safe",
    },
    {
        name: "hazard-shuts-late",
        caughtBy: "FS.1-hazard",
        device: "gas-valve",
        breaks: "It wants to hear of gas for a second before it shuts.",
        change: [
            [RULE, "function isGas", "let heard = 0\nfunction isGas"],
            [
                RULE,
                IS_GAS,
                "heard = percentLel >= HAZARD_PERCENT_LEL && percentLel <= GAS_SENSOR.max ? heard + 1 : 0\n    return heard > 40",
            ],
        ],
        seen: "safe after",
    },
    {
        name: "misses-no-sensor",
        caughtBy: "FS.1-sensor-unplugged",
        device: "gas-valve",
        breaks: "A sensor that was there once is there for good.",
        change: [[JUDGE, "? this.found | Cause.SensorAbsent : this.found", "? this.found : this.found"]],
    },
    {
        name: "believes-a-silent-sensor",
        caughtBy: "FS.1-sensor-silent",
        device: "gas-valve",
        profile: "verified",
        breaks: "It goes by a reading of a minute ago.",
        change: [[RULE, "maxAgeMs: 2000", "maxAgeMs: 60000"]],
        seen: "still not safe",
    },
    {
        name: "believes-any-reading",
        caughtBy: "FS.1-sensor-out-of-range",
        device: "gas-valve",
        breaks: "It takes what no sensor can tell for clear air.",
        change: [[JUDGE, "found |= Cause.SensorRange", "found |= 0"]],
        seen: "SensorRange; None",
    },
    {
        name: "notices-neither-gas-nor-memory",
        caughtBy: "FS.1-hazard-without-memory",
        device: "gas-valve",
        breaks: "It takes no reading for gas, and goes on when its memory is gone.",
        change: [
            [RULE, IS_GAS, "return false"],
            [DEVICE, "if (unkept) throw unkept", 'if (unkept) console.error("not kept:", unkept)'],
            [
                DEVICE,
                '            if (!this.store.mounted) throw new StoreError("memory", "a record could not be kept")\n',
                "",
            ],
        ],
        seen: "still not safe",
    },
    {
        name: "shuts-late-with-a-hung-bus",
        caughtBy: "FS.1-hazard-with-bus-held-low",
        device: "gas-valve",
        breaks: "What is hung over its memory keeps the gas flowing for 3 s.",
        board: slowDeadman,
        seen: "safe after",
    },
    {
        name: "strike-released-by-a-hung-bus",
        caughtBy: "FS.1-bus-held-low",
        device: "doorbell",
        breaks: "What is hung over its element holds the strike for 3 s.",
        board: slowDeadman,
        seen: "safe after",
    },
    {
        name: "heeds-one-sensor-of-two",
        caughtBy: "FS.1-sensor-stuck",
        device: "gas-valve",
        madeGood: secondSensor,
        breaks: "It takes gas from the sensor that counts, and from no other.",
        change: [
            [RULE, "        if (isGas(percentLel)) this.failSafe.tell(Cause.Hazard, Cause.Hazard)\n", ""],
            [RULE, "        else if (isGas(percentLel)) this.warnedUntilMs = atMs + GAS_SENSOR.maxAgeMs\n", ""],
        ],
        seen: "what its other sensors tell is not heeded",
    },
    {
        name: "replaced-while-gas-flows",
        caughtBy: "FS.1-update-failed",
        device: "gas-valve",
        breaks: "It lets its program be replaced whatever its valve is at.",
        change: [
            [
                AGENT,
                "            if (this.held) {\n                await this.keepPending",
                "            if (nowMs >= 0) {\n                await this.keepPending",
            ],
        ],
        seen: "when its program may be replaced",
    },
    {
        name: "works-when-given-up",
        caughtBy: "FS.1-update-failed",
        device: "doorbell",
        breaks: "A program that has failed its trial works on.",
        change: [[AGENT, "return this.unfit || this.held", "return this.held"]],
        seen: "a press makes it active",
    },
    {
        name: "trusts-late-readings",
        caughtBy: "FS.1-hazard-in-a-flood",
        device: "gas-valve",
        breaks: "It does not know how old what it hears is, and looks at it in its own time.",
        change: [
            [
                "src/core/failsafe/freshness.ts",
                "return !(nowMs - this.heardUntilMs <= LATE_MS || nowMs <= this.trustedUntilMs)",
                "return nowMs < 0",
            ],
            [VALVE, "    if (device.failSafe.heldBy(VALVE) !== 0) valve.makeSafe()\n", ""],
            [RULE, "        if (isGas(percentLel)) this.failSafe.tell(Cause.Hazard, Cause.Hazard)\n", ""],
        ],
    },
    {
        name: "never-looks-for-its-element",
        caughtBy: "FS.1-element-unplugged",
        device: "doorbell",
        breaks: "It looks for its secure element at the start alone.",
        change: [[DEVICE, "        this.identity.watch.start()\n", ""]],
    },
    {
        name: "ignores-an-open-case",
        caughtBy: "FS.1-case-opened",
        device: "doorbell",
        breaks: "It does not hold the strike while the case is open.",
        change: [[DOORBELL, "opened ? Cause.Tamper : 0)\n    // The press", "0)\n    // The press"]],
        seen: "safe after",
    },
    {
        name: "valve-without-deadman",
        caughtBy: "FS.1-program-stopped",
        device: "gas-valve",
        breaks: "The chip drives its valve alone.",
        board: withoutDeadman,
        seen: "safe",
    },
    {
        name: "opens-after-a-reset",
        caughtBy: "FS.1-chip-reset",
        device: "gas-valve",
        breaks: "It opens at the start.",
        change: [REMEMBERS, [VALVE, "    control.wanted = 0\n", "    control.wanted = 1\n"]],
        seen: "still not safe",
    },
    {
        name: "slow-deadman",
        caughtBy: "FS.1-program-hangs",
        device: "gas-valve",
        breaks: "Its dead-man waits for 3 s.",
        board: slowDeadman,
        seen: "active for",
    },
    {
        name: "deadman-too-slow-for-an-exception",
        caughtBy: "FS.1-program-throws",
        device: "doorbell",
        breaks: "Its dead-man waits for 3 s.",
        board: slowDeadman,
        seen: "active for",
    },
    {
        name: "strike-without-deadman",
        caughtBy: "FS.1-program-fills-the-heap",
        device: "doorbell",
        breaks: "The chip drives its strike alone.",
        board: brokenBy(["strike_drive: { and: [STRIKE, deadman] }", "strike_drive: STRIKE"]),
        seen: "active for",
    },
    {
        name: "valve-open-while-silent",
        caughtBy: "FS.1-program-falls-silent",
        device: "gas-valve",
        breaks: "A program that does nothing any more keeps the gas flowing.",
        board: withoutDeadman,
        seen: "active for",
    },
    {
        name: "drawn-without-deadman",
        caughtBy: "FS.1-wiring",
        device: "gas-valve",
        breaks: "The drawing says that it has a dead-man, and does not wire it.",
        board: withoutDeadman,
        seen: "deadman",
    },
    {
        name: "opens-at-the-start",
        caughtBy: "FS.1-starts-safe",
        device: "gas-valve",
        breaks: "It opens by itself when the supply has come back.",
        change: [REMEMBERS, [VALVE, "    control.wanted = 0\n", "    control.wanted = 1\n"]],
        seen: "nobody has asked",
    },
    {
        name: "forgets-latch-on-restart",
        caughtBy: "FS.1-latches",
        device: "gas-valve",
        breaks: "Whoever cuts its supply has acknowledged the gas.",
        change: [[DEVICE, "        this.failSafe.restore(latches)\n", ""]],
        seen: "after a restart",
    },
    {
        name: "does-not-latch",
        caughtBy: "FS.1-latches",
        device: "gas-valve",
        breaks: "Gas that has gone by is forgotten.",
        change: [[RULE, "latchedBy: Cause.Hazard", "latchedBy: 0"]],
        seen: "when the air is clear",
    },
    {
        name: "one-press-acknowledges-and-opens",
        caughtBy: "FS.1-latches",
        device: "gas-valve",
        breaks: "The press that acknowledges opens the valve as well.",
        change: [
            [
                RULE,
                "if (pressed) failSafe.release(valve, pressed)\n        } else if",
                "if (pressed) failSafe.release(valve, pressed)\n        }\n        if",
            ],
        ],
        seen: "the first press acknowledges",
    },
    {
        name: "opens-without-sensor",
        caughtBy: "FS.1-without-sensor",
        device: "gas-valve",
        profile: "verified",
        breaks: "It opens while nobody knows whether there is gas.",
        change: [[RULE, HELD, "    forcedBy: DEVICE_CAUSES | Cause.Hazard | Cause.Owner,"]],
        seen: "a press makes it active",
    },
    {
        name: "waits-for-its-camera",
        caughtBy: "FS.2-part-unplugged",
        device: "doorbell",
        breaks: "It works its strike when the picture is there, and not before.",
        change: [
            [
                DOORBELL,
                "picturing = true\n        takePicture.start()",
                "picturing = true\n        await takePicture()",
            ],
            [DOORBELL, "!picturing && camera.isBound", "!picturing"],
        ],
    },
    {
        name: "works-only-when-claimed",
        caughtBy: "FS.3-local",
        device: "gas-valve",
        breaks: "It opens once it has an owner, and not before.",
        change: [
            [
                VALVE,
                "control.step(pressed, button.closed, ds.millis()) === 1",
                "control.step(pressed, button.closed, ds.millis()) === 1 && owner.people() > 0",
            ],
        ],
        seen: "it does not",
    },
]
