/** Does a known number of things that the meter counts, between two lines on the console. */
import { finish, section } from "devicescript-domovoi/devs/bench/section"

const nothing = () => {}

await section("calls", async () => {
    for (let i = 0; i < 100; i++) nothing()
    return true
})
await section("buffers", async () => {
    for (let i = 0; i < 100; i++) Buffer.alloc(100)
    return true
})
await section("doubles", async () => {
    let sum = 0.5
    for (let i = 0; i < 100; i++) sum += 1
    return sum === 100.5
})
await section("overflows", async () => {
    let sum = 0
    for (let i = 0; i < 100; i++) sum = (65536 + i) * 65536 + 1
    return sum === 4301455361
})
await finish()
