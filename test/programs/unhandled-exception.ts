import { holdValveOpen } from "./hold-valve-open"

await holdValveOpen(() => {
    throw new Error("nobody catches this")
})
