/**
 * A video doorbell with a door strike. It rings, takes one picture of whoever rang while the recording indicator is seen to be lit, and
 * releases the door when somebody inside asks for it soon after. An opened case locks the strike until it is closed and released.
 */
import * as ds from "@devicescript/core"
import { startBuzzer } from "@devicescript/servers"
import { pins } from "@dsboard/doorbell_c3"
import {
    ButtonModule,
    Contact,
    Device,
    DoorStrike,
    FramSlots,
    nextLockdown,
    Recorder,
    type Status,
    StoredNumber,
} from "devicescript-domovoi"
import { Atecc608 } from "devicescript-domovoi/devs/drivers/atecc608"
import { ElementRoot } from "devicescript-domovoi/devs/identity/element-root"
import { elementVerifier } from "devicescript-domovoi/devs/update/element-verifier"
import { updaterFor } from "devicescript-domovoi/devs/update/updater"

const strike = new DoorStrike(pins.STRIKE)
const recorder = new Recorder({ supply: pins.CAPTURE, privacySwitch: pins.KILL_SENSE, indicator: pins.REC_SENSE })
const button = new Contact(pins.BUTTON)
const openCase = new Contact(pins.TAMPER, 1)
const release = new ButtonModule(new ds.Button("release"))
const chime = startBuzzer({ pin: pins.CHIME })
const microphone = new ds.SoundLevel("microphone")
const camera = new ds.Camera("camera")
const storage = new FramSlots()
const element = new Atecc608()

const device = new Device({
    model: "Domovoi doorbell",
    sequenceNumber: 1,
    root: new ElementRoot(element),
    storage: storage,
    heartbeat: pins.HEARTBEAT,
    outputs: [strike, recorder],
    updater: updaterFor({
        storage: storage,
        // "doorbell" by domovoi.example
        vendorId: hex`aeff6e7219ee513982a79662469f79d1`,
        classId: hex`a1b3e4950ff251858893aa7710a26d21`,
        board: "doorbell_c3",
        verifiers: [elementVerifier(element)],
    }),
})
const lockdown = new StoredNumber(device.store, "lockdown")
const rings = new StoredNumber(device.store, "rings")

let rangAt: number | undefined
let pictured = false
let loudness: number | undefined
/** The last recording lacked its picture or its sound. */
let incomplete = false

microphone.reading.subscribe(level => {
    if (recorder.phase === "recording") loudness = level
})

async function ring() {
    await chime.playNote(660, 0.5, 400)
}

async function takePicture() {
    await camera.capture()
}

async function record(rang: boolean) {
    const before = recorder.phase
    const phase = recorder.update(rang)
    if (before === "off" && phase === "asked") {
        pictured = false
        loudness = undefined
    }
    if (phase === "recording" && !pictured && (await camera.binding().read())) {
        pictured = true
        takePicture.start()
    }
    if (before !== "off" && phase === "off" && recorder.allowed()) incomplete = !pictured || loudness === undefined
}

async function recall() {
    await lockdown.load()
    await rings.load()
}

async function step(): Promise<Status> {
    const rang = button.closes()
    const released = release.pressed()
    openCase.closes()
    const wasLocked = lockdown.value === 1
    const locked = nextLockdown(wasLocked, openCase.closed, released)
    if (rang) {
        rangAt = ds.millis()
        ring.start()
    }
    strike.update(released, rangAt, locked || wasLocked)
    await record(rang)

    if (rang) await rings.save(rings.value + 1)
    if (locked !== wasLocked) await lockdown.save(locked ? 1 : 0)
    if (locked) return [ds.DomovoiState.Lockdown, ds.DomovoiCause.Tamper]
    if (incomplete) return [ds.DomovoiState.Degraded, ds.DomovoiCause.Module]
    return [ds.DomovoiState.Normal, ds.DomovoiCause.None]
}

/** Not while somebody at the door waits to be let in, and not in the middle of a recording. */
function readyToUpdate() {
    return recorder.phase === "off"
}

await device.run({ recall, step, readyToUpdate })
