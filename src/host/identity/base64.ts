import { z } from "zod"

/** Base64 in a document. Of the texts that decode to the same bytes only the one that encoding makes: unused bits are zero (RFC 4648 §3.5). */
export const base64Schema = z
    .base64()
    .refine(text => Buffer.from(text, "base64").toString("base64") === text, "base64 with bits that mean nothing")
