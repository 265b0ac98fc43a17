// golden: matmul, max
@group(0) @binding(0) var<storage, read> b0: array<f32, 200>;
@group(0) @binding(1) var<storage, read> b1: array<vec4<f32>, 160>;
@group(0) @binding(2) var<storage, read> b2: array<f32, 10>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32, 320>;
@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let group = i32(workgroup.x);
  let local = i32(invocation);
  let tileRow = group % 1 * 8 + local;
  let tileColumn = group / 1 % 3;
  let batch = group / 3;
  var sum0_0 = vec4<f32>();
  var sum1_0 = vec4<f32>();
  var sum2_0 = vec4<f32>();
  var sum3_0 = vec4<f32>();
  let v0 = vec4<i32>(tileColumn * 4) + vec4<i32>(0, 1, 2, 3);
  let v1 = min(v0, vec4<i32>(9));
  let v4 = vec4<i32>(10) + v1;
  let v7 = vec4<i32>(20) + v1;
  let v10 = vec4<i32>(30) + v1;
  let v13 = tileRow * 20;
  let v16 = 5 + tileRow * 20;
  let v19 = 10 + tileRow * 20;
  let v22 = 15 + tileRow * 20;
  for (var q = 0; q < 5; q++) {
    let v2 = v1 + vec4<i32>(q * 40);
    let v3 = vec4<f32>(b0[v2[0]], b0[v2[1]], b0[v2[2]], b0[v2[3]]);
    let v5 = v4 + vec4<i32>(q * 40);
    let v6 = vec4<f32>(b0[v5[0]], b0[v5[1]], b0[v5[2]], b0[v5[3]]);
    let v8 = v7 + vec4<i32>(q * 40);
    let v9 = vec4<f32>(b0[v8[0]], b0[v8[1]], b0[v8[2]], b0[v8[3]]);
    let v11 = v10 + vec4<i32>(q * 40);
    let v12 = vec4<f32>(b0[v11[0]], b0[v11[1]], b0[v11[2]], b0[v11[3]]);
    let v14 = v13 + q;
    let v15 = b1[v14];
    let v17 = v16 + q;
    let v18 = b1[v17];
    let v20 = v19 + q;
    let v21 = b1[v20];
    let v23 = v22 + q;
    let v24 = b1[v23];
    sum0_0 += v15.x * v3 + v15.y * v6 + v15.z * v9 + v15.w * v12;
    sum1_0 += v18.x * v3 + v18.y * v6 + v18.z * v9 + v18.w * v12;
    sum2_0 += v21.x * v3 + v21.y * v6 + v21.z * v9 + v21.w * v12;
    sum3_0 += v24.x * v3 + v24.y * v6 + v24.z * v9 + v24.w * v12;
  }
  var sums = array<vec4<f32>, 4>(sum0_0, sum1_0, sum2_0, sum3_0);
  let v25 = tileColumn * 4;
  let v26 = (v25 < 10);
  let v27 = b2[v25];
  let v30 = tileRow * 40 + tileColumn * 4;
  let v32 = 1 + tileColumn * 4;
  let v33 = (v32 < 10);
  let v34 = b2[v32];
  let v37 = 1 + tileRow * 40 + tileColumn * 4;
  let v39 = 2 + tileColumn * 4;
  let v40 = (v39 < 10);
  let v41 = min(v39, 9);
  let v42 = b2[v41];
  let v45 = tileRow * 40 + v41;
  let v47 = 3 + tileColumn * 4;
  let v48 = (v47 < 10);
  let v49 = min(v47, 9);
  let v50 = b2[v49];
  let v53 = tileRow * 40 + v49;
  for (var part = 0; part < 4; part++) {
    let sum = sums[part * 1];
    let v31 = v30 + part * 10;
    if (v26) {
      let v28 = (sum.x + v27);
      let v29 = select(v28, 0.0f, 0.0f > v28);
      b3[v31] = v29;
    }
    let v38 = v37 + part * 10;
    if (v33) {
      let v35 = (sum.y + v34);
      let v36 = select(v35, 0.0f, 0.0f > v35);
      b3[v38] = v36;
    }
    let v46 = v45 + part * 10;
    if (v40) {
      let v43 = (sum.z + v42);
      let v44 = select(v43, 0.0f, 0.0f > v43);
      b3[v46] = v44;
    }
    let v54 = v53 + part * 10;
    if (v48) {
      let v51 = (sum.w + v50);
      let v52 = select(v51, 0.0f, 0.0f > v51);
      b3[v54] = v52;
    }
  }
}
