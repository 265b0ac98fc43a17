// golden: reduce-sum
@group(0) @binding(0) var<storage, read> b0: array<vec4<f32>, 16384>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 64>;
var<workgroup> parts: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let group = i32(workgroup.x);
  let local = i32(invocation);
  let t = group;
  let member = local;
  var best = vec4<f32>(0.0f);
  let v0 = t * 256;
  for (var at = member; at < 256; at += 64) {
    let v1 = v0 + at;
    let v2 = b0[v1];
    best += v2;
  }
  var total = ((best.x + best.y) + (best.z + best.w));
  parts[local] = total;
  workgroupBarrier();
  if (local < 32) { parts[local] = parts[local] + parts[local + 32]; }
  workgroupBarrier();
  if (local < 16) { parts[local] = parts[local] + parts[local + 16]; }
  workgroupBarrier();
  if (local < 8) { parts[local] = parts[local] + parts[local + 8]; }
  workgroupBarrier();
  if (local < 4) { parts[local] = parts[local] + parts[local + 4]; }
  workgroupBarrier();
  if (local < 2) { parts[local] = parts[local] + parts[local + 2]; }
  workgroupBarrier();
  if (local < 1) { parts[local] = parts[local] + parts[local + 1]; }
  workgroupBarrier();
  total = parts[0];
  if (member == 0) {
    b1[t] = total;
  }
}
