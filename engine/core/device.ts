/** Tiles by name of the matrix products that were timed, by problem (`engine/backends/webgpu/autotune.ts`). */
export type Tiles = Readonly<Record<string, string>>;

/** The device that computes, as people are told about it. */
export interface DeviceInfo {
  /** e.g. "NVIDIA GeForce RTX 4070" or "SwiftShader". */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  /** "vulkan", "metal", "d3d12" … as far as it is known; "wasm" is the processor. */
  readonly backend: string;
  /** True where no graphics card computes: the studio shows a notice. */
  readonly software: boolean;
  readonly features: readonly string[];
  /** Largest storage buffer binding, bytes. */
  readonly maxBufferBytes: number;
  /** What all buffers together may take, bytes, where the device tells. */
  readonly memoryBytes?: number;
  /** Buffers one kernel may use. */
  readonly maxBuffersPerKernel: number;
  /** Invocations that run in lockstep, where the adapter always uses the same number; absent otherwise. */
  readonly subgroupSize?: number;
  /** Threads that compute, where that is the processor. */
  readonly threads?: number;
  /** Adapter and driver in their own words, where it is a graphics adapter: what was timed on one says nothing of another. */
  readonly adapter?: string;
  /** Tiles that were timed; those of all other products come from the kernel table. */
  readonly tiles?: Tiles;
}
