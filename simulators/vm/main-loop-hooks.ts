/** Opens the runtime's main loop to the simulator: where its fibers may be left for a while, and when its timers run out. */
import binaryen from "binaryen"
import { addCounter, atEachTurn, bodyOf, childrenOf, isCallOf, parameters, redirect, setBody, wrap } from "./rewrite"

const { i32, none } = binaryen

/**
 * `devs_fiber_poke` runs fibers for as long as one is due; a program that sleeps for 0 ms would never let it go. Where it is left
 * (`pokeCut`), its callers go on as far as they can; what they do when all fibers have run is left to whoever goes on with the poke: asking
 * for how long nothing is due, and sending what the tick has gathered.
 * @param turnOver import that is asked before each fiber is looked for: 1 leaves the poke there
 */
export function hookFibers(m: binaryen.Module, turnOver: string): void {
    for (const name of ["pokeCut", "pokeGoesOn"]) addCounter(m, name, i32, m.i32.const(0))
    const isCut = () => m.global.get("pokeCut", i32)
    atEachTurn(m, "devs_fiber_poke", exit =>
        m.block(null, [m.global.set("pokeCut", m.call(turnOver, [], i32)), m.br(exit, isCut())], none),
    )
    keepInstant(m)
    const asked = m.call("devs_fiber_get_max_sleep", parameters(m, 1), i32)
    redirect(m, "devs_client_event_handler", "devs_fiber_get_max_sleep", m.if(isCut(), m.i32.const(-1), asked))
    redirect(m, "jd_services_tick", "jd_tx_flush", m.if(m.i32.eqz(isCut()), m.call("jd_tx_flush", [], none)))
}

/** A poke looks at the clock when it begins, and when it runs a fiber. One that goes on where it was left has looked already. */
function keepInstant(m: binaryen.Module): void {
    const children = childrenOf(bodyOf(m, "devs_fiber_poke"))
    const look = children.findIndex(child => isCallOf("jd_refresh_now", child))
    if (look < 0 || binaryen.getExpressionId(children[look + 1]) !== binaryen.StoreId)
        throw new Error("the runtime's devs_fiber_poke does not look at the clock where expected")
    const begins = m.i32.eqz(m.global.get("pokeGoesOn", i32))
    const looks = m.block(null, children.slice(look, look + 2), none)
    setBody(
        m,
        "devs_fiber_poke",
        m.block(null, [...children.slice(0, look), m.if(begins, looks), ...children.slice(look + 2)], none),
    )
}

/** The variables `now` and `now_ms`. */
const NOW = { us: 32224, ms: 34960 }

/**
 * Keeps the time to the earliest timer of the C code, in microseconds, in `timerUs`: `jd_should_sample` is where it asks whether one has run
 * out. Whoever wants to know sets it to a bound before.
 */
export function tellTimers(m: binaryen.Module): void {
    addCounter(m, "timerUs", i32, m.i32.const(0))
    const [sample, ranOut, left] = [0, 2, 3]
    const tell = (target: string, now: number, unitUs: number) =>
        wrap(m, target, [i32, i32], ask =>
            m.block(
                null,
                [
                    m.local.set(ranOut, ask),
                    m.local.set(
                        left,
                        m.i32.sub(m.i32.load(0, 4, m.local.get(sample, i32)), m.i32.load(now, 4, m.i32.const(0))),
                    ),
                    m.if(
                        m.i32.lt_s(
                            m.local.get(left, i32),
                            m.i32.div_u(m.global.get("timerUs", i32), m.i32.const(unitUs)),
                        ),
                        m.global.set("timerUs", m.i32.mul(m.local.get(left, i32), m.i32.const(unitUs))),
                    ),
                    m.local.get(ranOut, i32),
                ],
                i32,
            ),
        )
    tell("jd_should_sample", NOW.us, 1)
    tell("jd_should_sample_ms", NOW.ms, 1000)
}
