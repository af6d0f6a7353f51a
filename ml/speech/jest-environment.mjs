// Jest gives each test file typed arrays of its own; onnxruntime's native part answers with Node's. This
// environment hands Node's on, so that its check of a tensor's data holds in tests as it does in production.
import { TestEnvironment } from 'jest-environment-node';

/** @public Named in the docblocks of the tests that infer. */
export default class SpeechEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    Object.assign(this.global, { Float32Array, BigInt64Array });
  }
}
