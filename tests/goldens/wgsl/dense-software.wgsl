// golden: matmul, max
enable subgroups;
@group(0) @binding(0) var<storage, read> b0: array<f32, 200>;
@group(0) @binding(1) var<storage, read> b1: array<vec4<f32>, 160>;
@group(0) @binding(2) var<storage, read> b2: array<f32, 10>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32, 320>;
@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) invocation: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let group = i32(workgroup.x);
  let local = i32(invocation);
  let share = i32(lane);
  let tileRow = group % 1 * 8 + local;
  let tileColumn = group / 1 % 1;
  let batch = group / 1;
  var sum0_0 = vec4<f32>();
  var sum0_1 = vec4<f32>();
  var sum0_2 = vec4<f32>();
  var sum0_3 = vec4<f32>();
  var sum1_0 = vec4<f32>();
  var sum1_1 = vec4<f32>();
  var sum1_2 = vec4<f32>();
  var sum1_3 = vec4<f32>();
  var sum2_0 = vec4<f32>();
  var sum2_1 = vec4<f32>();
  var sum2_2 = vec4<f32>();
  var sum2_3 = vec4<f32>();
  var sum3_0 = vec4<f32>();
  var sum3_1 = vec4<f32>();
  var sum3_2 = vec4<f32>();
  var sum3_3 = vec4<f32>();
  let v0 = share * 10;
  let v7 = 4 + share * 10;
  let v14 = vec4<i32>(8) + vec4<i32>(0, 1, 2, 3);
  let v15 = min(v14, vec4<i32>(9));
  let v16 = vec4<i32>(share * 10) + v15;
  let v23 = 9 + share * 10;
  let v31 = tileRow * 20;
  let v34 = 5 + tileRow * 20;
  let v37 = 10 + tileRow * 20;
  let v40 = 15 + tileRow * 20;
  for (var q = 0; q < 5; q++) {
    let v1 = v0 + q * 40;
    let v2 = vec4<f32>(b0[v1 + 0], b0[v1 + 1], b0[v1 + 2], b0[v1 + 3]);
    let v3 = subgroupBroadcast(v2, 0u);
    let v4 = subgroupBroadcast(v2, 1u);
    let v5 = subgroupBroadcast(v2, 2u);
    let v6 = subgroupBroadcast(v2, 3u);
    let v8 = v7 + q * 40;
    let v9 = vec4<f32>(b0[v8 + 0], b0[v8 + 1], b0[v8 + 2], b0[v8 + 3]);
    let v10 = subgroupBroadcast(v9, 0u);
    let v11 = subgroupBroadcast(v9, 1u);
    let v12 = subgroupBroadcast(v9, 2u);
    let v13 = subgroupBroadcast(v9, 3u);
    let v17 = v16 + vec4<i32>(q * 40);
    let v18 = vec4<f32>(b0[v17[0]], b0[v17[1]], b0[v17[2]], b0[v17[3]]);
    let v19 = subgroupBroadcast(v18, 0u);
    let v20 = subgroupBroadcast(v18, 1u);
    let v21 = subgroupBroadcast(v18, 2u);
    let v22 = subgroupBroadcast(v18, 3u);
    let v24 = v23 + q * 40;
    let v25 = b0[v24];
    let v26 = vec4<f32>(v25);
    let v27 = subgroupBroadcast(v26, 0u);
    let v28 = subgroupBroadcast(v26, 1u);
    let v29 = subgroupBroadcast(v26, 2u);
    let v30 = subgroupBroadcast(v26, 3u);
    let v32 = v31 + q;
    let v33 = b1[v32];
    let v35 = v34 + q;
    let v36 = b1[v35];
    let v38 = v37 + q;
    let v39 = b1[v38];
    let v41 = v40 + q;
    let v42 = b1[v41];
    sum0_0 += v33.x * v3 + v33.y * v4 + v33.z * v5 + v33.w * v6;
    sum0_1 += v33.x * v10 + v33.y * v11 + v33.z * v12 + v33.w * v13;
    sum0_2 += v33.x * v19 + v33.y * v20 + v33.z * v21 + v33.w * v22;
    sum0_3 += v33.x * v27 + v33.y * v28 + v33.z * v29 + v33.w * v30;
    sum1_0 += v36.x * v3 + v36.y * v4 + v36.z * v5 + v36.w * v6;
    sum1_1 += v36.x * v10 + v36.y * v11 + v36.z * v12 + v36.w * v13;
    sum1_2 += v36.x * v19 + v36.y * v20 + v36.z * v21 + v36.w * v22;
    sum1_3 += v36.x * v27 + v36.y * v28 + v36.z * v29 + v36.w * v30;
    sum2_0 += v39.x * v3 + v39.y * v4 + v39.z * v5 + v39.w * v6;
    sum2_1 += v39.x * v10 + v39.y * v11 + v39.z * v12 + v39.w * v13;
    sum2_2 += v39.x * v19 + v39.y * v20 + v39.z * v21 + v39.w * v22;
    sum2_3 += v39.x * v27 + v39.y * v28 + v39.z * v29 + v39.w * v30;
    sum3_0 += v42.x * v3 + v42.y * v4 + v42.z * v5 + v42.w * v6;
    sum3_1 += v42.x * v10 + v42.y * v11 + v42.z * v12 + v42.w * v13;
    sum3_2 += v42.x * v19 + v42.y * v20 + v42.z * v21 + v42.w * v22;
    sum3_3 += v42.x * v27 + v42.y * v28 + v42.z * v29 + v42.w * v30;
  }
  var sums = array<vec4<f32>, 16>(sum0_0, sum0_1, sum0_2, sum0_3, sum1_0, sum1_1, sum1_2, sum1_3, sum2_0, sum2_1, sum2_2, sum2_3, sum3_0, sum3_1, sum3_2, sum3_3);
  let v49 = tileRow * 40;
  for (var part = 0; part < 4; part++) {
    let v50 = v49 + part * 10;
    for (var column = 0; column < 4; column++) {
      let sum = sums[part * 4 + column];
      let v43 = column * 4;
      let v44 = (v43 < 10);
      let v45 = min(v43, 9);
      let v46 = b2[v45];
      let v51 = v50 + v45;
      if (v44) {
        let v47 = (sum.x + v46);
        let v48 = select(v47, 0.0f, 0.0f > v47);
        b3[v51] = v48;
      }
      let v52 = 1 + column * 4;
      let v53 = (v52 < 10);
      let v54 = min(v52, 9);
      let v55 = b2[v54];
      let v58 = v50 + v54;
      if (v53) {
        let v56 = (sum.y + v55);
        let v57 = select(v56, 0.0f, 0.0f > v56);
        b3[v58] = v57;
      }
      let v59 = 2 + column * 4;
      let v60 = (v59 < 10);
      let v61 = min(v59, 9);
      let v62 = b2[v61];
      let v65 = v50 + v61;
      if (v60) {
        let v63 = (sum.z + v62);
        let v64 = select(v63, 0.0f, 0.0f > v63);
        b3[v65] = v64;
      }
      let v66 = 3 + column * 4;
      let v67 = (v66 < 10);
      let v68 = min(v66, 9);
      let v69 = b2[v68];
      let v72 = v50 + v68;
      if (v67) {
        let v70 = (sum.w + v69);
        let v71 = select(v70, 0.0f, 0.0f > v70);
        b3[v72] = v71;
      }
    }
  }
}
