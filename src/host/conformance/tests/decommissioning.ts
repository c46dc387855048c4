/** LC.4: a device that is given away, or thrown away, is nobody's any more, and its maker can have it believed no more. */
import { requireAuthority } from "../../identity/authority-certificate"
import { revokedIn } from "../../identity/crl"
import { ROLES } from "../../session/people"
import { attest } from "../../unit/attestation"
import type { Declaration } from "../declaration"
import { guest, owner, type Somebody } from "../household"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { activates, pressed, ready, stateOf } from "./hands"
import { entriesOf } from "./log-entries"
import { answerAll, disable, factoryReset, kept } from "./people"

const hasNoOwner = ({ declares }: Declaration) =>
    declares.owner && declares.button !== null ? undefined : "the device declares no owner, or no button for one"
/** As docs/eventlog.md numbers it. */
const PAIRING = 6

export const DECOMMISSIONING_TESTS: readonly ConformanceTest[] = [
    {
        id: "LC.4-next-owner",
        title: "Disabled by its owner and reset at the device, it works for whoever has it next, and for nobody who had it.",
        needs: ["hands", "label", "meter"],
        spares: hasNoOwner,
        async run(scene) {
            const { bench, declared, note } = scene
            await ready(scene)
            const by = await owner(scene)
            const people: [who: string, somebody: Somebody][] = [["owner", by]]
            for (const role of ROLES.slice(1)) people.push([role, await guest(scene, by, role)])
            if (declared.declares.uses > 0) await answerAll(scene, by, true)
            require("disabled by its owner", "None", await disable(by, true))
            await factoryReset(scene)

            const { cause } = await stateOf(bench)
            require("whether the old owner's wish still holds it", "no", cause === "Owner" ? "yes" : "no")
            await requireNothing(scene, people, "while it is nobody's")
            if (declared.declares.log) {
                const paired = (await entriesOf(bench)).filter(({ event }) => event === PAIRING).length
                require("pairings of the old owner's in the log", 0, paired)
            }
            const next = await owner(scene)
            if (typeof (await next.invite("family")) === "string")
                throw new Broken("the next owner invites somebody", "refused")
            await requireNothing(scene, people, "when it is the next owner's", true)
            for (const name of Object.keys(declared.declares.outputs))
                if (!(await activates(scene, name))) throw new Broken(`${name} works for the next owner`, "it does not")
            note("is the next owner's", { tried: people.length })
            const seen = `${people.length} of before are nobody, and it works for the next owner`
            return { verdict: "enforced", expected: "Unauthorized, but for the next owner", seen }
        },
    },
    {
        id: "LC.4-revoked",
        title: "When its maker has put its certificate on the list, the device is refused for that, and for nothing else.",
        needs: [],
        async run({ bench, policy, revocations, random, note }) {
            const proof = await attest(bench.link, policy, random)
            if ("refusal" in proof) throw new Broken("an attestation before it is revoked", proof.refusal)
            const { certificateSerial } = proof.unit
            const list = await revocations.listWith(certificateSerial, policy.now)
            if (!list) throw new Unclear("no revocation list was given (bench.crl)")
            const read = revokedIn(list, requireAuthority(policy.ca, "the trusted CA", "give another"), policy.now)
            if ("fault" in read) throw new Broken("a revocation list of the maker's that is current", read.fault)
            note("the list", { entries: read.revoked.size, certificate: certificateSerial })
            const after = await attest(bench.link, { ...policy, revoked: read.revoked }, random)
            const seen = "refusal" in after ? after.refusal : "none"
            require("refusal when it is on the list", "revoked", seen)
            // That the list is made, and that whoever meets the device has it, is the maker's procedure.
            return { verdict: "documented", expected: "revoked", seen: `${seen}, for whoever has the list` }
        },
    },
]

/** @throws Broken if one of them still may do something, over the bus or with a hand on the button */
async function requireNothing(
    scene: Scene,
    people: readonly (readonly [who: string, somebody: Somebody])[],
    when: string,
    isTouched = false,
): Promise<void> {
    for (const [who, somebody] of people) {
        if (isTouched) await pressed(scene)
        const invited = await somebody.invite("guest")
        const tried: [what: string, refusal: string][] = [
            ["disables it", await disable(somebody, true)],
            ["invites somebody", typeof invited === "string" ? invited : "None"],
        ]
        if (scene.declared.declares.uses > 0) tried.push(["sees what is kept", (await kept(somebody, 0)).refusal])
        for (const [what, refusal] of tried) require(`${who} of before ${what} ${when}`, "Unauthorized", refusal)
    }
}
