/** What each piece of the session layer adds to the code of a program that runs it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { installedCli } from "../../simulators/vm/runtime"
import { compileWithMap } from "../../src/host/build/compiler"
import { loadProject } from "../../src/host/build/project"
import { optimise } from "../../src/host/image/optimise"
import { codeEnd } from "../../src/host/image-header"

interface Piece {
    /** Names that it uses of `src/core/session`, by file. */
    imports: Record<string, string[]>
    /** What is done with each frame. */
    body: string
}

const CODEC = { "coap-reader": ["readMessage"], "coap-writer": ["writeMessage"] }
const CONTEXT = {
    "security-context": ["SecurityContext"],
    "sender-sequence": ["SenderSequence"],
}
const SERVE = `
    const context = await SecurityContext.open(any.suite, any.shared, new SenderSequence(0), any.digest, any.pause)
    const { refusal, message } = readMessage(any.frame)
    const fields = readProtection(message)
    if (!isFor(context, fields)) any.send(answerCode(refusal))
    const taken = await openRequest(context, message, fields, any.pause)
    const response = taken.message ? any.serve(taken.message) : responseTo(message, 0x81, message.payload)
    any.send(writeMessage((await protectResponse(context, taken.exchange, response, any.pause)).message))`
const SERVER = {
    ...CODEC,
    ...CONTEXT,
    answers: ["answerCode", "responseTo"],
    protect: ["protectResponse"],
    unprotect: ["readProtection", "isFor", "openRequest"],
}
const CIPHER = (suite: string) => `
    const aead = await ${suite}.open(any.key, any.digest, any.pause)
    any.send(await aead.seal(any.nonce, any.data, any.text, any.pause))
    any.send(await aead.open(any.nonce, any.data, any.text, any.pause))`

const PIECES: Record<string, Piece> = {
    coap: { imports: CODEC, body: "any.send(writeMessage(readMessage(any.frame).message))" },
    server: { imports: SERVER, body: SERVE },
    bothRoles: {
        imports: {
            ...SERVER,
            protect: [...SERVER.protect, "protectRequest"],
            unprotect: [...SERVER.unprotect, "openResponse"],
        },
        body: `${SERVE}
    const asked = await protectRequest(context, any.request, any.pause)
    const answer = await openResponse(context, asked.exchange, message, any.pause)
    any.send(answer.message)`,
    },
    aesCcm: { imports: { "aes-ccm-suite": ["AES_CCM_16_64_128"] }, body: CIPHER("AES_CCM_16_64_128") },
    chacha20: { imports: { "chacha20-suite": ["CHACHA20_POLY1305"] }, body: CIPHER("CHACHA20_POLY1305") },
    aesCtrHmac: {
        imports: { "aes-ctr-hmac-suite": ["aesCtrHmacSuite"] },
        body: CIPHER("aesCtrHmacSuite(any.counterMode)"),
    },
}

/** A program, and behind it what runs a piece. */
function withPiece(program: string, { imports, body }: Piece): string {
    const lines = Object.entries(imports).map(
        ([file, names]) => `import { ${names.join(", ")} } from "devicescript-domovoi/src/core/session/${file}"`,
    )
    return `${program}\n${lines.join("\n")}
async function onFrame(any: any) {
    ${body}
}
await onFrame({})
export {}
`
}

export interface PieceBytes {
    compiled: number
    optimised: number
}

/** Bytes of code by piece, in a program that does nothing else. */
export async function pieceBytes(): Promise<Record<string, PieceBytes>> {
    const folder = await mkdtemp(join(tmpdir(), "domovoi-pieces-"))
    try {
        const code = async (name: string, text: string): Promise<PieceBytes> => {
            const entry = join(folder, `${name}.ts`)
            await writeFile(entry, text)
            // Not every one of them would fit a device before it is optimised.
            const files = await compileWithMap(await loadProject(entry), installedCli(), { anySize: true })
            return { compiled: codeEnd(files.image), optimised: codeEnd(optimise(files).image) }
        }
        const none = await code("none", withPiece("", { imports: {}, body: "any.send(any.frame)" }))
        const bytes: Record<string, PieceBytes> = {}
        for (const [name, piece] of Object.entries(PIECES)) {
            const { compiled, optimised } = await code(name, withPiece("", piece))
            bytes[name] = { compiled: compiled - none.compiled, optimised: optimised - none.optimised }
        }
        return bytes
    } finally {
        await rm(folder, { recursive: true })
    }
}
