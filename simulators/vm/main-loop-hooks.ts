/** Opens the runtime's main loop to the simulator: what time it is, where its fibers may be left for a while, and when its timers run out. */
import binaryen from "binaryen"
import {
    atEachTurn,
    bodyOf,
    childrenOf,
    double,
    integer,
    isCallOf,
    parameters,
    redirect,
    setBody,
    setDouble,
    setInteger,
    wrap,
} from "./rewrite"
import { SHARED, SLICE_US } from "./shared-words"

const { i32, f64, none } = binaryen

/** The runtime asks its port for the time, in milliseconds: it is the board's, and what the call at hand has used up. */
export function keepTime(m: binaryen.Module): void {
    const nowUs = m.f64.add(double(m, SHARED.boardUs), usedUs(m))
    const told = m.f64.div(double(m, SHARED.askedUs), m.f64.const(1000))
    m.removeFunction("em_time_now")
    m.addFunction("em_time_now", none, f64, [], m.block(null, [setDouble(m, SHARED.askedUs, nowUs), told], f64))
}

const usedUs = (m: binaryen.Module) =>
    m.f64.ceil(
        m.f64.div(m.f64.sub(double(m, SHARED.cycles), double(m, SHARED.callStart)), double(m, SHARED.cyclesPerUs)),
    )

/**
 * `devs_fiber_poke` runs fibers for as long as one is due; a program that sleeps for 0 ms would never let it go. Where it is left
 * (`pokeCut`), its callers go on as far as they can; what they do when all fibers have run is left to whoever goes on with the poke: asking
 * for how long nothing is due, and sending what the tick has gathered. It is left before a fiber is looked for, once the world around is behind.
 */
export function hookFibers(m: binaryen.Module): void {
    const isCut = () => integer(m, SHARED.pokeCut)
    const isBehind = m.f64.gt(usedUs(m), m.f64.const(SLICE_US))
    atEachTurn(m, "devs_fiber_poke", exit =>
        m.block(null, [setInteger(m, SHARED.pokeCut, isBehind), m.br(exit, isCut())], none),
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
    const begins = m.i32.eqz(integer(m, SHARED.pokeGoesOn))
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
                            m.i32.div_u(integer(m, SHARED.timerUs), m.i32.const(unitUs)),
                        ),
                        setInteger(m, SHARED.timerUs, m.i32.mul(m.local.get(left, i32), m.i32.const(unitUs))),
                    ),
                    m.local.get(ranOut, i32),
                ],
                i32,
            ),
        )
    tell("jd_should_sample", NOW.us, 1)
    tell("jd_should_sample_ms", NOW.ms, 1000)
}
