// golden: matmul, max
@group(0) @binding(0) var<storage, read> b0: array<vec4<f32>, 131072>;
@group(0) @binding(1) var<storage, read> b1: array<vec4<f32>, 131072>;
@group(0) @binding(2) var<storage, read> b2: array<vec4<f32>, 256>;
@group(0) @binding(3) var<storage, read_write> b3: array<vec4<f32>, 262144>;
var<workgroup> left: array<vec4<f32>, 264>;
var<workgroup> right: array<vec4<f32>, 256>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let group = i32(workgroup.x);
  let local = i32(invocation);
  let tileRow = group % 8;
  let tileColumn = group / 8 % 8;
  let batch = group / 64;
  let threadRow = local / 16;
  let threadColumn = local % 16;
  let left0 = clamp(local, 0, 63);
  let right0 = clamp(local + -64, 0, 63);
  var sum0_0 = vec4<f32>();
  var sum0_1 = vec4<f32>();
  var sum1_0 = vec4<f32>();
  var sum1_1 = vec4<f32>();
  var sum2_0 = vec4<f32>();
  var sum2_1 = vec4<f32>();
  var sum3_0 = vec4<f32>();
  var sum3_1 = vec4<f32>();
  var sum4_0 = vec4<f32>();
  var sum4_1 = vec4<f32>();
  var sum5_0 = vec4<f32>();
  var sum5_1 = vec4<f32>();
  var sum6_0 = vec4<f32>();
  var sum6_1 = vec4<f32>();
  var sum7_0 = vec4<f32>();
  var sum7_1 = vec4<f32>();
  let v0 = (left0 / 2);
  let v1 = (left0 % 2);
  let v2 = tileRow * 16384 + v0 * 512 + v1;
  let v5 = 128 + tileRow * 16384 + v0 * 512 + v1;
  let v8 = 256 + tileRow * 16384 + v0 * 512 + v1;
  let v11 = 384 + tileRow * 16384 + v0 * 512 + v1;
  let v14 = v1 * 132 + v0;
  let v15 = 33 + v1 * 132 + v0;
  let v16 = 66 + v1 * 132 + v0;
  let v17 = 99 + v1 * 132 + v0;
  let v18 = (right0 / 32);
  let v19 = (right0 % 32);
  let v20 = v18 * 1024 + tileColumn * 32 + v19;
  let v23 = 256 + v18 * 1024 + tileColumn * 32 + v19;
  let v26 = 512 + v18 * 1024 + tileColumn * 32 + v19;
  let v29 = 768 + v18 * 1024 + tileColumn * 32 + v19;
  let v32 = v18 * 128 + v19;
  let v33 = 32 + v18 * 128 + v19;
  let v34 = 64 + v18 * 128 + v19;
  let v35 = 96 + v18 * 128 + v19;
  for (var block = 0; block < 64; block++) {
    let v3 = v2 + block * 2;
    let v4 = b0[v3];
    let v6 = v5 + block * 2;
    let v7 = b0[v6];
    let v9 = v8 + block * 2;
    let v10 = b0[v9];
    let v12 = v11 + block * 2;
    let v13 = b0[v12];
    if (local < 64) {
      left[v14] = vec4<f32>(v4.x, v7.x, v10.x, v13.x);
      left[v15] = vec4<f32>(v4.y, v7.y, v10.y, v13.y);
      left[v16] = vec4<f32>(v4.z, v7.z, v10.z, v13.z);
      left[v17] = vec4<f32>(v4.w, v7.w, v10.w, v13.w);
    }
    let v21 = v20 + block * 2048;
    let v22 = b1[v21];
    let v24 = v23 + block * 2048;
    let v25 = b1[v24];
    let v27 = v26 + block * 2048;
    let v28 = b1[v27];
    let v30 = v29 + block * 2048;
    let v31 = b1[v30];
    if (local >= 64 && local < 128) {
      right[v32] = v22;
      right[v33] = v25;
      right[v34] = v28;
      right[v35] = v31;
    }
    workgroupBarrier();
    for (var step = 0; step < 8; step++) {
      let row0 = left[step * 33 + threadRow + 0];
      let row1 = left[step * 33 + threadRow + 16];
      let column0 = right[step * 32 + threadColumn + 0];
      let column1 = right[step * 32 + threadColumn + 16];
      sum0_0 += row0.x * column0;
      sum0_1 += row0.x * column1;
      sum1_0 += row0.y * column0;
      sum1_1 += row0.y * column1;
      sum2_0 += row0.z * column0;
      sum2_1 += row0.z * column1;
      sum3_0 += row0.w * column0;
      sum3_1 += row0.w * column1;
      sum4_0 += row1.x * column0;
      sum4_1 += row1.x * column1;
      sum5_0 += row1.y * column0;
      sum5_1 += row1.y * column1;
      sum6_0 += row1.z * column0;
      sum6_1 += row1.z * column1;
      sum7_0 += row1.w * column0;
      sum7_1 += row1.w * column1;
    }
    workgroupBarrier();
  }
  var sums = array<vec4<f32>, 16>(sum0_0, sum0_1, sum1_0, sum1_1, sum2_0, sum2_1, sum3_0, sum3_1, sum4_0, sum4_1, sum5_0, sum5_1, sum6_0, sum6_1, sum7_0, sum7_1);
  let v36 = tileColumn * 32 + threadColumn;
  let v41 = tileRow * 32768 + threadRow * 1024 + tileColumn * 32 + threadColumn;
  for (var row = 0; row < 2; row++) {
    let v42 = v41 + row * 16384;
    for (var part = 0; part < 4; part++) {
      let v43 = v42 + part * 256;
      for (var column = 0; column < 2; column++) {
        let sum = sums[row * 8 + part * 2 + column];
        let v37 = v36 + column * 16;
        let v38 = b2[v37];
        let v39 = (sum + v38);
        let v40 = select(v39, vec4<f32>(0.0f), vec4<f32>(0.0f) > v39);
        let v44 = v43 + column * 16;
        b3[v44] = v40;
      }
    }
  }
}
