import { execFile } from "node:child_process"
import { InputError } from "../input-error"
import type { Signer } from "./signer"

/**
 * An example of a signer whose key never comes here: a program that reads the message from its standard input and writes the signature to
 * its standard output, such as a script around `pkcs11-tool --sign` or the client of a key service.
 * @param signatureBytes what a signature of the algorithm has
 */
export function commandSigner(
    command: readonly string[],
    { algorithm, keyId }: Pick<Signer, "algorithm" | "keyId">,
    signatureBytes: number,
): Signer {
    const [program, ...parameters] = command
    return {
        algorithm,
        keyId,
        sign: message =>
            new Promise((resolve, reject) => {
                const refuse = (why: string) => reject(new InputError(`${program}: does not sign: ${why}`))
                const child = execFile(program, parameters, { encoding: "buffer" }, (error, signature, complaint) => {
                    if (error) refuse(complaint.toString().trim() || error.message)
                    else if (signature.length !== signatureBytes)
                        refuse(`it gave ${signature.length} bytes, not ${signatureBytes}`)
                    else resolve(signature)
                })
                child.stdin!.on("error", () => {}).end(message)
            }),
    }
}
