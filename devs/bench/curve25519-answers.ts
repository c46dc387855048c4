/** What `@noble/curves` computes from rising bytes. */
import { rising } from "./bytes"

/** Seed of Ed25519, secret key of X25519. */
export const SEED = rising(32)
export const MESSAGE = rising(64)
export const PUBLIC_KEY = hex`03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8`
export const SIGNATURE = hex`
    91ad473ae89dd1e7c2983ec2d0445fef4dd124e377a4b673b249267ed80b604fa7d7d2b08b54990390a8760c616bc15607aa3ab9c3bfc97f7dd59e1734b8ed04`
/** X25519 public key of 32 bytes that count down from 255. */
export const THEIR_KEY = hex`3ebcb692149344dc54e58160cf90bed9eea1dd14e81c8e91de557af7d7afd915`
export const SHARED_SECRET = hex`30217d6b363560f68fb70fa011e752866351584ea7e24649dac3168430ce1c3d`
