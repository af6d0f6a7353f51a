/**
 * What a face looks like, as numbers of which only the distance to another face's means something. It identifies a
 * person, so it stays in this process' memory for as long as the round: the numbers are private to the class, and
 * neither JSON nor a log nor `structuredClone` gets at them.
 */
export class FaceDescriptor {
  readonly #numbers: Float32Array;

  constructor(numbers: Float32Array) {
    this.#numbers = numbers;
  }

  /** Euclidean distance. @throws RangeError for one of another size. */
  distanceTo(other: FaceDescriptor): number {
    if (other.#numbers.length !== this.#numbers.length) throw new RangeError('Descriptors of different sizes.');
    let sum = 0;
    for (const [i, number] of this.#numbers.entries()) sum += (number - (other.#numbers[i] ?? 0)) ** 2;
    return Math.sqrt(sum);
  }

  /** @throws RangeError for none. */
  static mean(descriptors: readonly FaceDescriptor[]): FaceDescriptor {
    const [first] = descriptors;
    if (!first) throw new RangeError('There is no mean of no descriptors.');
    const sum = new Float32Array(first.#numbers.length);
    for (const descriptor of descriptors) {
      for (const [i, number] of descriptor.#numbers.entries()) sum[i] = (sum[i] ?? 0) + number / descriptors.length;
    }
    return new FaceDescriptor(sum);
  }
}
