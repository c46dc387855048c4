import { holdValveOpen } from "./hold-valve-open"

// Computes for ever without a pause: the runtime kills it after 131,072 opcodes.
await holdValveOpen(() => {
    let n = 0
    while (n >= 0) n = (n + 1) & 0xff
})
