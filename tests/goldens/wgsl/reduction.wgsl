// golden: reduce-sum (parts)
@group(0) @binding(0) var<storage, read> b0: array<vec4<f32>, 1024>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 8>;
@compute @workgroup_size(16)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let group = i32(workgroup.x);
  let local = i32(invocation);
  let t = group * 16 + local;
  if (t >= 8) { return; }
  var best = vec4<f32>(0.0f);
  let v0 = t * 128;
  for (var q = 0; q < 128; q++) {
    let v1 = v0 + q;
    let v2 = b0[v1];
    best += v2;
  }
  let v3 = ((best.x + best.y) + (best.z + best.w));
  b1[t] = v3;
}

// golden: reduce-sum (joined)
@group(0) @binding(0) var<storage, read> b0: array<vec4<f32>, 2>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32, 1>;
@compute @workgroup_size(16)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let group = i32(workgroup.x);
  let local = i32(invocation);
  let t = group * 16 + local;
  if (t >= 1) { return; }
  var best = vec4<f32>(0.0f);
  let v0 = b0[0];
  best += v0;
  let v1 = b0[1];
  best += v1;
  let v2 = ((best.x + best.y) + (best.z + best.w));
  b1[0] = v2;
}
