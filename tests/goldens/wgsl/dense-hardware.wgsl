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
  let v11 = tileRow * 20;
  for (var q = 0; q < 5; q++) {
    let v2 = v1 + vec4<i32>(q * 40);
    let v3 = vec4<f32>(b0[v2[0]], b0[v2[1]], b0[v2[2]], b0[v2[3]]);
    let v4 = v2 + 10;
    let v5 = vec4<f32>(b0[v4[0]], b0[v4[1]], b0[v4[2]], b0[v4[3]]);
    let v6 = v2 + 20;
    let v7 = vec4<f32>(b0[v6[0]], b0[v6[1]], b0[v6[2]], b0[v6[3]]);
    let v8 = v2 + 30;
    let v9 = vec4<f32>(b0[v8[0]], b0[v8[1]], b0[v8[2]], b0[v8[3]]);
    let v10 = mat4x4<f32>(v3, v5, v7, v9);
    let v12 = v11 + q;
    let v13 = b1[v12];
    let v14 = v12 + 5;
    let v15 = b1[v14];
    let v16 = v12 + 10;
    let v17 = b1[v16];
    let v18 = v12 + 15;
    let v19 = b1[v18];
    sum0_0 += v10 * v13;
    sum1_0 += v10 * v15;
    sum2_0 += v10 * v17;
    sum3_0 += v10 * v19;
  }
  let v20 = tileColumn * 4;
  let v21 = (v20 < 10);
  let v22 = b2[v20];
  let v25 = tileRow * 40 + tileColumn * 4;
  if (v21) {
    let v23 = (sum0_0.x + v22);
    let v24 = select(v23, 0.0f, 0.0f > v23);
    b3[v25] = v24;
  }
  let v26 = 1 + tileColumn * 4;
  let v27 = (v26 < 10);
  let v28 = v20 + 1;
  let v29 = b2[v28];
  let v32 = v25 + 1;
  if (v27) {
    let v30 = (sum0_0.y + v29);
    let v31 = select(v30, 0.0f, 0.0f > v30);
    b3[v32] = v31;
  }
  let v33 = 2 + tileColumn * 4;
  let v34 = (v33 < 10);
  let v35 = min(v33, 9);
  let v36 = b2[v35];
  let v39 = tileRow * 40 + v35;
  if (v34) {
    let v37 = (sum0_0.z + v36);
    let v38 = select(v37, 0.0f, 0.0f > v37);
    b3[v39] = v38;
  }
  let v40 = 3 + tileColumn * 4;
  let v41 = (v40 < 10);
  let v42 = min(v40, 9);
  let v43 = b2[v42];
  let v46 = tileRow * 40 + v42;
  if (v41) {
    let v44 = (sum0_0.w + v43);
    let v45 = select(v44, 0.0f, 0.0f > v44);
    b3[v46] = v45;
  }
  let v49 = v25 + 10;
  if (v21) {
    let v47 = (sum1_0.x + v22);
    let v48 = select(v47, 0.0f, 0.0f > v47);
    b3[v49] = v48;
  }
  let v52 = v25 + 11;
  if (v27) {
    let v50 = (sum1_0.y + v29);
    let v51 = select(v50, 0.0f, 0.0f > v50);
    b3[v52] = v51;
  }
  let v55 = v39 + 10;
  if (v34) {
    let v53 = (sum1_0.z + v36);
    let v54 = select(v53, 0.0f, 0.0f > v53);
    b3[v55] = v54;
  }
  let v58 = v46 + 10;
  if (v41) {
    let v56 = (sum1_0.w + v43);
    let v57 = select(v56, 0.0f, 0.0f > v56);
    b3[v58] = v57;
  }
  let v61 = v25 + 20;
  if (v21) {
    let v59 = (sum2_0.x + v22);
    let v60 = select(v59, 0.0f, 0.0f > v59);
    b3[v61] = v60;
  }
  let v64 = v25 + 21;
  if (v27) {
    let v62 = (sum2_0.y + v29);
    let v63 = select(v62, 0.0f, 0.0f > v62);
    b3[v64] = v63;
  }
  let v67 = v39 + 20;
  if (v34) {
    let v65 = (sum2_0.z + v36);
    let v66 = select(v65, 0.0f, 0.0f > v65);
    b3[v67] = v66;
  }
  let v70 = v46 + 20;
  if (v41) {
    let v68 = (sum2_0.w + v43);
    let v69 = select(v68, 0.0f, 0.0f > v68);
    b3[v70] = v69;
  }
  let v73 = v25 + 30;
  if (v21) {
    let v71 = (sum3_0.x + v22);
    let v72 = select(v71, 0.0f, 0.0f > v71);
    b3[v73] = v72;
  }
  let v76 = v25 + 31;
  if (v27) {
    let v74 = (sum3_0.y + v29);
    let v75 = select(v74, 0.0f, 0.0f > v74);
    b3[v76] = v75;
  }
  let v79 = v39 + 30;
  if (v34) {
    let v77 = (sum3_0.z + v36);
    let v78 = select(v77, 0.0f, 0.0f > v77);
    b3[v79] = v78;
  }
  let v82 = v46 + 30;
  if (v41) {
    let v80 = (sum3_0.w + v43);
    let v81 = select(v80, 0.0f, 0.0f > v80);
    b3[v82] = v81;
  }
}
