// golden: reduce-sum
enable subgroups;
@group(0) @binding(0) var<storage, read> b0: array<vec4<f32>, 16384>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 64>;
@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) invocation: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let group = i32(workgroup.x);
  let local = i32(invocation);
  let share = i32(lane);
  let t = group;
  let member = share;
  var best = vec4<f32>(0.0f);
  let v0 = t * 256;
  for (var at = member; at < 256; at += 32) {
    let v1 = v0 + at;
    let v2 = b0[v1];
    best += v2;
  }
  var total = ((best.x + best.y) + (best.z + best.w));
  total = total + subgroupShuffleXor(total, 16u);
  total = total + subgroupShuffleXor(total, 8u);
  total = total + subgroupShuffleXor(total, 4u);
  total = total + subgroupShuffleXor(total, 2u);
  total = total + subgroupShuffleXor(total, 1u);
  if (member == 0) {
    b1[t] = total;
  }
}
