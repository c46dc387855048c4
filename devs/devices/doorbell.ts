/**
 * A video doorbell with a door strike. It rings, takes one picture of whoever rang while the recording indicator is seen to be lit, and
 * releases the door when somebody inside asks for it soon after. An opened case locks the strike until it is closed and released.
 */
import * as ds from "@devicescript/core"
import { startBuzzer } from "@devicescript/servers"
import { pins } from "@dsboard/doorbell_c3"
import {
    Cause,
    Contact,
    Device,
    type FailSafe,
    FramSlots,
    InsideButton,
    StoredNumber,
    startServer,
} from "devicescript-domovoi"
import { runtimeCounterMode } from "devicescript-domovoi/devs/crypto"
import { Atecc608 } from "devicescript-domovoi/devs/drivers/atecc608"
import { prepareElementKey } from "devicescript-domovoi/devs/identity/element-ephemeral"
import { ElementRoot } from "devicescript-domovoi/devs/identity/element-root"
import { DoorStrike } from "devicescript-domovoi/devs/io/door-strike"
import { Recorder } from "devicescript-domovoi/devs/io/recorder"
import { hearReadings } from "devicescript-domovoi/devs/io/sensor-readings"
import { DeviceLog } from "devicescript-domovoi/devs/log/device-log"
import { overwrite } from "devicescript-domovoi/devs/owner/overwrite"
import { Owner } from "devicescript-domovoi/devs/owner/owner"
import { keptRecord, Privacy } from "devicescript-domovoi/devs/owner/privacy"
import { WifiCredentials } from "devicescript-domovoi/devs/owner/wifi-credentials"
import { elementVerifier } from "devicescript-domovoi/devs/update/element-verifier"
import { updaterFor } from "devicescript-domovoi/devs/update/updater"
import { Event } from "devicescript-domovoi/src/core/eventlog/event"
import { CAPTURE_SUPPLY } from "devicescript-domovoi/src/core/rules/capture"
import { DOOR_STRIKE } from "devicescript-domovoi/src/core/rules/door-release"
import { suiteMinus22 } from "devicescript-domovoi/src/core/session/edhoc/suite-minus-22"
import { CONSENT_RECORD } from "devicescript-domovoi/src/core/update/update-agent"

/** Uses of what its sensors take, by their places. */
const PICTURE = 0
const LOUDNESS = 1
const USES = [
    {
        sensor: 1,
        purpose: 1,
        version: 1,
        shortNotice: "Takes a picture of whoever rings.",
        longNotice:
            "When the button of the doorbell is pressed, the camera takes one picture of whoever stands there. The red light is lit before, and as long as camera and microphone have power, at most 10 seconds; the slide switch cuts their power. The picture stays in the camera until its power is cut. The doorbell does not keep it and sends it to nobody. You can withdraw this at any time.",
        retentionS: 0,
    },
    {
        sensor: 2,
        purpose: 2,
        version: 1,
        shortNotice: "Measures how loud it is at the door when somebody rings.",
        longNotice:
            "For up to 10 seconds after a ring the microphone measures how loud it is at the door. Only the highest level is kept, a number from 0 to 255, never the sound itself. It tells you whether somebody spoke. It stays in the doorbell for a day at most, or until the power fails, and only who may look through the camera may read it. You can withdraw this at any time.",
        retentionS: 86400,
    },
]

/** How the chime sounds: 660 Hz, of which it is on a quarter of the time. */
const CHIME_PERIOD_US = 1515
const CHIME_DUTY_US = 379
const CHIME_MS = 400

const strike = new DoorStrike(pins.STRIKE)
const button = new Contact(pins.BUTTON)
const openCase = new Contact(pins.TAMPER, 1)
const release = new InsideButton(pins.RELEASE)
const chime = startBuzzer({ pin: pins.CHIME })
const microphone = new ds.SoundLevel("microphone")
const camera = new ds.Camera("camera")
const storage = new FramSlots()
const element = new Atecc608()
const wifi = new WifiCredentials(256 * 1024)
const owner = new Owner({
    suite: suiteMinus22(runtimeCounterMode),
    makeKey: async () => await prepareElementKey(element),
    touched: touched,
    records: [CONSENT_RECORD, "rings", keptRecord(LOUDNESS)],
    erase: erase,
})
const privacy = new Privacy(owner, USES)
const recorder = new Recorder(
    { supply: pins.CAPTURE, privacySwitch: pins.KILL_SENSE, indicator: pins.REC_SENSE },
    privacy,
)
/** Places in the table of outputs. */
const STRIKE = 0
const SUPPLY = 1

const device = new Device({
    model: "Domovoi doorbell",
    sequenceNumber: 1,
    root: new ElementRoot(element),
    storage: storage,
    log: new DeviceLog(storage.log, storage.ledger),
    heartbeat: pins.HEARTBEAT,
    outputs: [
        { output: strike, rule: DOOR_STRIKE },
        { output: recorder, rule: CAPTURE_SUPPLY },
    ],
    worksAlongside: true,
    owner: owner,
    updater: updaterFor({
        storage: storage,
        // "doorbell" by domovoi.example
        vendorId: hex`aeff6e7219ee513982a79662469f79d1`,
        classId: hex`a1b3e4950ff251858893aa7710a26d21`,
        board: "doorbell_c3",
        verifiers: [elementVerifier(element)],
    }),
})
const failSafe: FailSafe = device.failSafe
const rings = new StoredNumber(device.store, "rings")

/** The press that the inside button may be in says nothing of who is there. */
let distrusted = true
/** The case, as the log knows it. */
let caseOpen = false
let rangAt: number | undefined
/** Rings that are not counted yet. */
let newRings = 0
let picturing = false
let pictured = false
let loudness: number | undefined
/** The loudness of the last recording, if it is not kept yet. */
let measured: Buffer | undefined
/** The last recording lacked its picture or its sound. */
let incomplete = false

hearReadings(microphone, (_module, level) => {
    if (recorder.may(LOUDNESS)) loudness = Math.max(level, loudness || 0)
})

async function ring() {
    await chime.playTone(CHIME_PERIOD_US, CHIME_DUTY_US, CHIME_MS)
}

async function takePicture() {
    pictured = await recorder.take(PICTURE, async () => await camera.capture())
}

async function record(rang: boolean) {
    const before = recorder.phase
    const phase = recorder.update(rang ? [PICTURE, LOUDNESS] : [])
    if (before === "off" && phase === "asked") {
        picturing = false
        pictured = false
        loudness = undefined
    }
    if (recorder.may(PICTURE) && !picturing && camera.isBound) {
        picturing = true
        takePicture.start()
    }
    if (before === "off" || phase !== "off") return
    if (loudness !== undefined) measured = Buffer.from([Math.round(255 * loudness)])
    if (recorder.allowed())
        incomplete = (privacy.granted(PICTURE) && !pictured) || (privacy.granted(LOUDNESS) && loudness === undefined)
}

async function recall() {
    await privacy.load()
    await rings.load()
    // Nobody knows what the case was like when a press began at which nobody looked.
    release.closed = true
}

async function step() {
    const rang = button.closes()
    const released = release.pressed()
    openCase.closes()
    const opened = openCase.closed
    if (opened !== caseOpen) device.log.record(Event.Tamper, 0, opened ? 1 : 0)
    caseOpen = opened
    failSafe.tell(Cause.Tamper, opened ? Cause.Tamper : 0)
    // The press that lifts a lockdown does not release the door.
    const locked = failSafe.heldBy(STRIKE) !== 0
    if (locked && released) failSafe.release(STRIKE, released)
    if (rang) {
        rangAt = ds.millis()
        ring.start()
    }
    strike.update(released, rangAt, locked)
    if (failSafe.heldBy(SUPPLY) !== 0) recorder.makeSafe()
    else await record(rang)
    failSafe.tell(Cause.Module, incomplete ? Cause.Module : 0)

    if (rang) newRings++
}

async function keep() {
    const loudest = measured
    measured = undefined
    if (loudest) await privacy.keep(LOUDNESS, loudest)
    const counted = newRings
    if (counted > 0) await rings.save(rings.value + counted)
    newRings -= counted
}

/** Not while the door is released, and not in the middle of a recording. */
function readyToUpdate() {
    return strike.energisedAt === undefined && recorder.phase === "off"
}

/**
 * Everybody in the street can press the doorbell's own button, so it is the one inside that counts. No press of it that began while somebody
 * was at the case, where the bus ends, and not the one that lifts the lockdown: it is easy to lure whoever is inside to that button.
 */
function touched() {
    const held = release.held()
    const caseShut = pins.TAMPER.value === 0 && (failSafe.heldBy(STRIKE) & Cause.Tamper) === 0
    distrusted = !caseShut || (distrusted && held !== undefined)
    return distrusted ? undefined : held
}

async function erase() {
    await overwrite(storage.staging)
    await wifi.erase()
}

startServer(privacy)
await device.run({ recall, step, keep, readyToUpdate })
