/**
 * A process that asks for certificates over a key of its own, run by unit-register.test.ts several times at once. Arguments: folder, and
 * name of the key. For each serial number on a line of standard input it prints a line: the certificate's fingerprint, or the refusal.
 */
import { createInterface } from "node:readline"
import { UnitRegister } from "../../../src/host/identity/unit-register"
import { authority, certify } from "./factory"

const [path, key] = process.argv.slice(2)
const ca = await authority("ed25519")
const units = new UnitRegister({ path, certificate: ca.certificate })
for await (const serial of createInterface(process.stdin)) console.log(await certify(units, ca, key, { serial }))
