import type { Kernel } from '../../../kernel/kernel.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import type { Contract } from './product.ts';
import { writeRegisterProduct } from './register-product.ts';
import type { TileShape } from './tiles.ts';
import { writeWorkgroupProduct } from './workgroup-product.ts';

/** Matrix products and convolutions, divided as `tile` says. */
export function writeContract(kernel: Kernel, work: Contract, tile: TileShape): WrittenKernel {
  return tile.kind === 'registers'
    ? writeRegisterProduct(kernel, work, tile)
    : writeWorkgroupProduct(kernel, work, tile);
}
