/** LC.1 to LC.3: what a device is made of, whom to write to, what is on record of it, and whether its declaration is true. */
import { z } from "zod"
import { InputError } from "../../input-error"
import { readInputFile } from "../../input-file"
import { attest } from "../../unit/attestation"
import { callWhenFree } from "../../unit/call-when-free"
import { NotImplementedError } from "../../unit/unit-link"
import type { Declaration } from "../declaration"
import { keepsPeople } from "../keeps-people"
import { Broken, type ConformanceTest, require, type Scene } from "../scene"
import { BILL_FILE, BILL_TEST, fileDigest } from "../tried"

/** What of CycloneDX a bill has to have to be one of this program. */
const bill = z.looseObject({
    bomFormat: z.literal("CycloneDX"),
    specVersion: z.string().regex(/^1\.\d+$/),
    metadata: z.looseObject({
        component: z.looseObject({
            name: z.string().min(1),
            hashes: z.array(z.looseObject({ alg: z.string(), content: z.string() })).min(1),
        }),
    }),
    components: z.array(z.looseObject({ type: z.string(), name: z.string().min(1) })).min(1),
})

/** An address of mail, or a page. */
const CONTACT = /^(mailto:)?[^\s@/]+@[^\s@/]+\.[^\s@/]+$|^https:\/\/[^\s/]+\.[^\s/]+(\/\S*)?$/

/** What is declared of a device and can be seen: its name in the declaration, and how it is. */
const OBSERVED: Readonly<
    Record<string, { declared: (of: Declaration) => unknown; seen: (scene: Scene) => Promise<unknown> }>
> = {
    class: {
        declared: ({ device }) => device.class,
        seen: ({ bench }) => bench.link.get("security_class"),
    },
    updates: {
        declared: ({ declares }) => declares.updates,
        seen: ({ bench }) => isThere(bench.link.get("update")),
    },
    log: {
        declared: ({ declares }) => declares.log,
        seen: async ({ bench }) => (await callWhenFree(bench.link, "read_log", { piece: 0 })).refusal === "None",
    },
    owner: {
        declared: ({ declares }) => declares.owner,
        seen: ({ bench }) => keepsPeople(bench.link),
    },
    uses: {
        declared: ({ declares }) => declares.uses,
        seen: usesOf,
    },
}

export const LIFE_TESTS: readonly ConformanceTest[] = [
    {
        id: BILL_TEST,
        title: "A bill of materials is given, in CycloneDX, and it is of the program that runs.",
        needs: [],
        async run({ bench, declared, note }) {
            const { sbom } = declared.bench
            if (sbom === null) throw new Broken("a CycloneDX file (bench.sbom)", "none is given")
            const { metadata, components } = readBill(sbom, note)
            const { hashes, name } = metadata.component
            const digest = hashes.find(({ alg }) => alg === "SHA-256")?.content ?? "no SHA-256"
            note("the bill", { name, digest, components: components.length })
            require("the program in the bill", await bench.link.programSha256(), digest)
            return { verdict: "enforced", expected: "a bill of this program", seen: `${components.length} components` }
        },
    },
    {
        id: "LC.2-contact",
        title: "Whoever has found a vulnerability knows where to write to.",
        needs: [],
        async run({ declared: { declares } }) {
            const { contact } = declares
            if (contact === null) throw new Broken("a contact (declares.contact)", "none is declared")
            if (!CONTACT.test(contact)) throw new Broken("an address of mail, or of a page by https", contact)
            return { verdict: "documented", expected: "a contact", seen: contact }
        },
    },
    {
        id: "LC.3-asset-record",
        title: "The device tells model, serial number, version and number of its program, and attests to the same.",
        needs: [],
        async run({ bench, policy, random, note }) {
            const proof = await attest(bench.link, policy, random)
            if ("refusal" in proof) throw new Broken("an attestation", proof.refusal)
            const { model, serial, version, sequenceNumber, securityClass } = proof.claims
            const attested = {
                model,
                serial_number: serial,
                firmware_version: version,
                sequence_number: sequenceNumber,
                security_class: securityClass,
            }
            note("attested", attested)
            for (const [register, claim] of Object.entries(attested))
                require(register, claim, await bench.link.get(register))
            if (version === "") throw new Broken("a version of the firmware", "none")
            return { verdict: "enforced", expected: "registers as attested", seen: `${model} ${version}, ${serial}` }
        },
    },
    ...Object.entries(OBSERVED).map(
        ([name, { declared, seen }]): ConformanceTest => ({
            id: `LC.3-declared-${name}`,
            title: `What is declared of ${name} is so.`,
            needs: [],
            async run(scene) {
                const [wanted, found] = [declared(scene.declared), await seen(scene)]
                require(`declared ${name}`, wanted, found)
                return { verdict: "enforced", expected: `${wanted}`, seen: `${found}` }
            },
        }),
    ),
]

/** @throws Broken if it is none */
function readBill(file: string, note: Scene["note"]): z.infer<typeof bill> {
    let content: unknown
    try {
        const bytes = readInputFile(file)
        note(BILL_FILE, { sha256: fileDigest(bytes) })
        content = JSON.parse(bytes.toString())
    } catch (error) {
        if (!(error instanceof InputError || error instanceof SyntaxError)) throw error
        const { message } = error
        throw new Broken("a CycloneDX file", message.startsWith(file) ? message : `${file}: ${message}`)
    }
    const { data, error } = bill.safeParse(content)
    if (!data)
        throw new Broken("a CycloneDX file", `${file}: ${error.issues[0].path.join(".")}: ${error.issues[0].message}`)
    return data
}

/** Whether a device has what it was asked for. @throws LinkError if it does not answer at all */
async function isThere(asked: Promise<unknown>): Promise<boolean> {
    try {
        await asked
        return true
    } catch (error) {
        if (error instanceof NotImplementedError) return false
        throw error
    }
}

async function usesOf({ bench }: Scene): Promise<number> {
    let uses = 0
    while (await isThere(bench.link.callOf("privacy", "describe", { use: uses }))) {
        const { notice } = await bench.link.callOf("privacy", "describe", { use: uses })
        if (!notice) break
        uses++
    }
    return uses
}
