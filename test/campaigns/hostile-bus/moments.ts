/** When the hostile peer comes. Each moment is a story with people and hosts that mean well; none of them opens or lifts more than it says. */
import {
    CONSENTS,
    DISABLED,
    HOUSEHOLD,
    MOST_PEOPLE,
    sessionRecords,
    TRIES,
} from "../../../src/core/owner/owner-records"
import type { Device } from "../../host/update/releases"
import { ANY, recordsOf } from "./memories"
import { permitGrant, permitUpdate } from "./permitted"
import { type Siege, START_S } from "./siege"
import type { State } from "./subject"
import { OPEN_IN_GAS } from "./watch"

export interface Moment {
    name: string
    /** Both reference devices if left out. */
    device?: Device
    state: State
    /** Brings it about, and calls `attack` once. */
    play(siege: Siege): Promise<void>
}

/** What an output may take to its safe state once its sensor cannot be heard: docs/fail-safe-matrix.md. */
const SILENT_SENSOR_S = 2.5
/** A recording ends after 10 s, the strike locks after 3 s; both see that up to a cycle later. */
const RECORDING_S = 12
const STRIKE_S = 3.5
/** Gas shuts the valve within that, docs/failsafe.md. */
const GAS_S = 0.5
const TOUCH_WINDOW_S = 2.2

const anywhere = (siege: Siege, most: number) => siege.random.below(most)

/** Records of the owner, which a factory reset erases. */
const OWNERS_RECORDS = [
    ...[HOUSEHOLD, TRIES, CONSENTS, DISABLED],
    ...Array.from({ length: MOST_PEOPLE }, (_, place) => sessionRecords(place)).flat(),
    ...["consent", "kept1", "openings", "rings", "resetting"],
]

export const MOMENTS: readonly Moment[] = [
    {
        name: "power-on",
        state: "owned",
        play: async siege => await siege.attack(START_S, () => siege.unit.board.powerOn()),
    },
    {
        name: "reset",
        state: "owned",
        play: async siege => {
            siege.boot()
            await siege.attack(START_S, () => siege.peer.command(siege.chip, 0, 0x82, Buffer.alloc(0)))
        },
    },
    {
        name: "restart of the program",
        state: "owned",
        play: async siege => {
            siege.boot()
            await siege.attack(2, () => {
                const manager = 1 + (siege.peer.devices.get(siege.chip) ?? []).indexOf(0x1134ea2b)
                siege.peer.command(siege.chip, manager, 0x2080, Buffer.of(0))
                siege.peer.after(30, () => siege.peer.command(siege.chip, manager, 0x2080, Buffer.of(1)))
            })
        },
    },
    {
        name: "crash",
        state: "owned",
        play: async siege => {
            siege.boot()
            await siege.attack(7.2, () => siege.after(100, () => siege.unit.board.panicProgram(60005)))
        },
    },
    {
        name: "idle",
        state: "owned",
        play: async siege => {
            siege.boot()
            await siege.attack(2)
        },
    },
    {
        name: "without an owner",
        state: "new",
        play: async siege => {
            siege.boot()
            // Whose nobody is, anybody may answer for: services/domovoi.md.
            permitGrant(siege)
            await siege.attack(2)
            const { pending } = Object.fromEntries(recordsOf(siege.unit.board))
            if (pending) siege.watch.gaveAway.add("without an owner, anybody agrees to the maker's update")
        },
    },
    {
        name: "somebody is at the device",
        state: "owned",
        play: async siege => {
            siege.boot()
            siege.watch.allow("valve", TOUCH_WINDOW_S)
            siege.permitTries()
            siege.touch()
            if (siege.subject.device === "gas-valve") siege.touch()
            siege.watch.allow("valve", -1)
            await siege.attack(2)
        },
    },
    {
        name: "the owner is at the device, which is disabled",
        state: "disabled",
        play: async siege => {
            siege.boot()
            siege.permitTries()
            siege.touch()
            await siege.attack(2)
        },
    },
    {
        name: "disabled",
        state: "disabled",
        play: async siege => {
            siege.boot()
            await siege.attack(2, () => {
                if (siege.random.below(3) === 0) siege.peer.command(siege.chip, 0, 0x82, Buffer.alloc(0))
            })
        },
    },
    {
        name: "identity damaged",
        state: "damaged",
        play: async siege => {
            siege.boot()
            await siege.attack(2)
        },
    },
    {
        name: "open, and then gas",
        device: "gas-valve",
        state: "owned",
        play: async siege => {
            siege.boot()
            siege.permitTries()
            siege.watch.allow("valve", 1000)
            siege.press("button")
            await siege.attack(4.5, () => {
                if (siege.random.below(3) === 0) return
                siege.after(300 + anywhere(siege, 1200), () => {
                    siege.act("gas", "set", 50)
                    siege.watch.allow("valve", SILENT_SENSOR_S, OPEN_IN_GAS)
                })
            })
        },
    },
    {
        name: "gas",
        device: "gas-valve",
        state: "owned",
        play: async siege => {
            siege.boot()
            siege.permitTries()
            siege.watch.allow("valve", 1)
            siege.press("button")
            siege.watch.allow("valve", GAS_S)
            siege.act("gas", "set", 50)
            siege.unit.run(0.7)
            await siege.attack(2.4, () => {
                if (siege.random.below(2)) siege.after(anywhere(siege, 1500), () => siege.act("gas", "set", 0))
            })
        },
    },
    {
        name: "somebody rings",
        device: "doorbell",
        state: "owned",
        play: async siege => {
            siege.boot()
            siege.watch.allow("capture supply", RECORDING_S)
            siege.press("button")
            await siege.attack(2.5)
        },
    },
    {
        name: "somebody is let in",
        device: "doorbell",
        state: "owned",
        play: async siege => {
            siege.boot()
            siege.watch.allow("capture supply", RECORDING_S)
            siege.press("button")
            siege.permitTries()
            siege.watch.allow("strike", STRIKE_S)
            siege.press("release")
            await siege.attack(4.5)
        },
    },
    {
        name: "case open",
        device: "doorbell",
        state: "owned",
        play: async siege => {
            siege.boot()
            siege.act("tamper", "open")
            siege.unit.run(0.4)
            await siege.attack(2.8, () => {
                const closes = siege.random.below(3) > 0
                if (closes) siege.after(200 + anywhere(siege, 1200), () => siege.act("tamper", "close"))
                // Whoever opened it also rings.
                if (siege.random.below(2)) ring(siege)
            })
        },
    },
    {
        name: "case closed again",
        device: "doorbell",
        state: "owned",
        play: async siege => {
            siege.boot()
            siege.act("tamper", "open")
            siege.unit.run(0.4)
            siege.act("tamper", "close")
            siege.unit.run(0.3)
            await siege.attack(2.8, () => {
                ring(siege)
                if (siege.random.below(3) === 0) siege.peer.command(siege.chip, 0, 0x82, Buffer.alloc(0))
            })
        },
    },
    {
        name: "attesting",
        state: "owned",
        play: async siege => {
            siege.boot()
            siege.owner!.attests = new Uint8Array(32).fill(1 + anywhere(siege, 200))
            await siege.attack(2.5)
        },
    },
    ...(["Receiving", "Verifying", "AwaitingConsent"] as const).map(
        (stage): Moment => ({
            name: `an update: ${stage}`,
            state: "owned",
            play: async siege => {
                siege.boot()
                await siege.host().bringUpdate(siege.subject.heads.maker, stage)
                await siege.attack(2)
            },
        }),
    ),
    ...(["MakingSafe", "Authorised", "Installing"] as const).map(
        (stage): Moment => ({
            name: `an update: ${stage}`,
            state: "standing",
            play: async siege => {
                siege.boot()
                permitUpdate(siege)
                const busy = stage === "MakingSafe"
                const valve = siege.subject.device === "gas-valve"
                // What it does cannot be interrupted now.
                if (busy) siege.watch.allow(valve ? "valve" : "capture supply", 1000)
                if (busy && valve) siege.permitTries()
                if (busy) siege.press("button")
                await siege.host().bringUpdate(siege.subject.heads.maker, stage)
                await siege.attack(2)
            },
        }),
    ),
    {
        name: "an update: Trial",
        state: "trial",
        play: async siege => {
            permitUpdate(siege)
            if (siege.random.below(2)) await siege.attack(3, () => siege.unit.board.powerOn())
            else {
                siege.boot()
                await siege.attack(5.5)
            }
        },
    },
    {
        name: "an update: Reverting",
        state: "reverting",
        play: async siege => {
            permitUpdate(siege)
            siege.boot()
            await siege.attack(2)
        },
    },
    {
        name: "factory reset",
        state: "resetting",
        play: async siege => {
            for (const record of OWNERS_RECORDS) siege.watch.permit(record, undefined)
            // There from the end of the owner's records until the event log has forgotten them, too.
            siege.watch.permit("forgetting", ANY)
            await siege.attack(3 + anywhere(siege, 2), () => siege.unit.board.powerOn())
        },
    },
    {
        name: "element silent at the start",
        device: "doorbell",
        state: "owned",
        play: async siege => {
            siege.act("element", "mute")
            await siege.attack(3.2, () => {
                siege.unit.board.powerOn()
                siege.after(1300 + anywhere(siege, 1800), () => siege.act("element", "unmute"))
            })
        },
    },
    {
        name: "element silent for a while",
        device: "doorbell",
        state: "owned",
        play: async siege => {
            siege.boot()
            await siege.attack(3, () => {
                siege.after(anywhere(siege, 300), () => siege.act("element", "mute"))
                siege.after(1200 + anywhere(siege, 1800), () => siege.act("element", "unmute"))
            })
        },
    },
    {
        name: "memory silent at the start",
        state: "owned",
        play: async siege => {
            siege.act("fram", "unplug")
            await siege.attack(3.2, () => {
                siege.unit.board.powerOn()
                siege.after(1300 + anywhere(siege, 1800), () => siege.act("fram", "plug"))
            })
        },
    },
    {
        name: "memory silent for a while",
        state: "owned",
        play: async siege => {
            siege.boot()
            await siege.attack(3, () => {
                siege.after(anywhere(siege, 300), () => siege.act("fram", "unplug"))
                siege.after(1200 + anywhere(siege, 1800), () => siege.act("fram", "plug"))
            })
        },
    },
]

/** Somebody in the street, who may: the doorbell takes a picture then. */
function ring(siege: Siege): void {
    siege.watch.allow("capture supply", RECORDING_S + 2)
    siege.watch.permit("rings", ANY)
    siege.after(anywhere(siege, 1500), () => {
        siege.act("button", "press")
        siege.after(150, () => siege.act("button", "release"))
    })
}
