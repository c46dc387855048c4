/** FS.1: an update that fails, written in half or on trial, leaves every output in the state that harms nobody. */
import { updateRefusalName } from "../../update/refusals"
import { look } from "../../update/status"
import type { UpdateOptions } from "../../update/update-options"
import { updateUnit } from "../../update/update-unit"
import { leavingAt, type Moment, untilGone } from "../leaving-host"
import { found } from "../restart"
import { Broken, type ConformanceTest, type Scene, Unclear } from "../scene"
import { resetChip } from "./frames"
import { activates, limitOf, msUntilSafe, perform, pressed, shows, until, whileHolds, withoutOutputs } from "./hands"
import { given, optionsFor, outcomeOf, takesNone } from "./update"
import { agreedWhileActive, authorisedWithin } from "./update-meets-person"

/** A device that waits for the person at it says so at once, and goes on when it is let. */
const AUTHORISED_MS = 5000
/** Watched for so long after each failure. */
const WATCH_MS = 2500
/** The chip hears nothing while a record is written to its memory and read back. */
const HEARD_MS = 100
/** A new program has three starts; so many more are not needed to see that. */
const MOST_STARTS = 6
const PRESSES = 2
const COMES_ON_MS = 1500

export const FAILED_UPDATE_TEST: ConformanceTest = {
    id: "FS.1-update-failed",
    title: "An update that is cut off in its installation, and then dies in each start of its trial, leaves no output active for longer than declared.",
    needs: ["hands", "meter", "deployer", "peer"],
    spares: declared => withoutOutputs(declared) ?? takesNone(declared),
    async run(scene) {
        const { bench, declared } = scene
        const seen: string[] = []
        for (const [at, name] of Object.keys(declared.declares.outputs).entries()) {
            if (at > 0) await bench.begin()
            // One host, which remembers what it was granted.
            const update = { ...optionsFor(scene), parts: await given(scene, "next") }
            await installedInHalf(scene, name, update)
            const worstMs = await dyingOnTrial(scene, name, update)
            await heldForGood(scene, name)
            seen.push(`${name} safe after ${worstMs} ms, and held when the update was given up`)
        }
        return { verdict: "measured", expected: "safe in time, and held", seen: seen.join(", ") }
    },
}

/** An update that begins while the output is at work, and whose host leaves in the middle of the program. */
async function installedInHalf(scene: Scene, name: string, update: UpdateOptions): Promise<void> {
    const { bench, declared, note, random } = scene
    const { part, safe } = declared.declares.outputs[name]
    const isSafe = () => shows(bench, part, safe)
    await agreedWhileActive(scene, update.parts, name)
    let state = await authorisedWithin(scene, AUTHORISED_MS)
    if (state === "MakingSafe" && !(await isSafe())) {
        note("waits for the person at the device", { output: name })
        await pressed(scene)
        state = await authorisedWithin(scene, AUTHORISED_MS)
    }
    if (state !== "Authorised") throw new Unclear(`the update is not authorised: ${state}`)
    if (!(await isSafe())) throw new Broken(`${name} safe when its program may be replaced`, "active")
    const share = 0.25 + random(1)[0] / 512
    const sights: Promise<boolean>[] = []
    const leaves = (moment: Moment) => {
        if ("written" in moment) sights.push(isSafe())
        return "written" in moment && moment.written >= share
    }
    const link = leavingAt(bench.link, leaves)
    const outcome = await untilGone(updateUnit({ ...update, link }))
    if (outcome) throw new Unclear(`the next release is not installed: ${outcomeOf(outcome)}`)
    const unsafeMs = await whileHolds(bench, isSafe, WATCH_MS)
    note("cut off in its installation", { output: name, share, safe: unsafeMs === undefined })
    if (unsafeMs !== undefined || (await Promise.all(sights)).includes(false))
        throw new Broken(`${name} safe while its program is written in half`, "active")
}

/** The same update is taken up again, and its program dies in each start, at work. @returns the longest time until safe, in milliseconds */
async function dyingOnTrial(scene: Scene, name: string, update: UpdateOptions): Promise<number> {
    const { bench, declared, note } = scene
    const output = declared.declares.outputs[name]
    const limitMs = limitOf(output, "program") + HEARD_MS
    const link = leavingAt(bench.link, moment => "onTrialMs" in moment)
    const outcome = await untilGone(updateUnit({ ...update, link }))
    if (outcome) throw new Unclear(`the update does not get to its trial: ${outcomeOf(outcome)}`)
    let worstMs: number | undefined
    for (let starts = 1; ; starts++) {
        await found(bench)
        const { state, refusal } = await look(bench.link)
        if (state === "Reverting") {
            note("given up", { output: name, starts, refusal: updateRefusalName(refusal) })
            if (worstMs === undefined) throw new Unclear("no start of the trial came to work")
            return worstMs
        }
        if (state !== "Trial") throw new Unclear(`the program is not on trial: ${state}`)
        if (starts > MOST_STARTS) throw new Broken("given up after three starts", `still on trial after ${starts}`)
        if (!(await activates(scene, name))) throw new Unclear(`${name} does not become active on trial`)
        await bench.send(resetChip(await bench.link.chip()))
        const safeMs = await msUntilSafe(bench, output, WATCH_MS)
        note("dies on trial", { output: name, tookMs: safeMs ?? null, limitMs })
        if (safeMs === undefined || safeMs > limitMs)
            throw new Broken(
                `${name} safe within ${limitMs} ms of its program's death on trial`,
                `safe after ${safeMs} ms`,
            )
        worstMs = Math.max(worstMs ?? 0, Math.round(safeMs))
    }
}

/** What was given up brings nothing out of its safe state, whatever a person does. */
async function heldForGood({ bench, declared, ...scene }: Scene, name: string): Promise<void> {
    const { part, safe, activate } = declared.declares.outputs[name]
    const isActive = async () => !(await shows(bench, part, safe))
    if (await isActive()) throw new Broken(`${name} safe when the update was given up`, "active")
    for (let presses = 0; presses < PRESSES; presses++) {
        await perform({ bench, declared, ...scene }, activate)
        if ((await until(bench, isActive, COMES_ON_MS)) !== undefined)
            throw new Broken(`${name} held when the update was given up`, "a press makes it active")
    }
}
