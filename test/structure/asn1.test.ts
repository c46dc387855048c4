import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

/** Who may turn bytes into what: the libraries are lenient, so each is called in one place, which is not. */
const READERS: Record<string, { calls: RegExp; only: string[] }> = {
    "ASN.1 is decoded and encoded in one place": {
        calls: /\b(?:AsnConvert|AsnParser|AsnSerializer|fromBER)\b/,
        only: ["identity/der.ts"],
    },
    "OpenSSL reads certificates in one place": {
        calls: /\bX509Certificate\b[^\n]*from "node:crypto"/,
        only: ["identity/certificate.ts"],
    },
    "the library that makes certificates reads none, but takes what was read": {
        calls: /\bnew (?:X509Certificate(?!\(content\))|X509Crl|X509Certificates|X509ChainBuilder|Pkcs10CertificateRequest)\b/,
        only: [],
    },
}

const HOST = "src/host"

test.each(Object.entries(READERS))("%s", (_name, { calls, only }) => {
    const sources = readdirSync(HOST, { recursive: true, encoding: "utf8" }).filter(path => path.endsWith(".ts"))
    expect(sources.filter(path => calls.test(readFileSync(join(HOST, path), "utf8")))).toEqual(only)
})
