// golden: matmul, max
@group(0) @binding(0) var<storage, read> b0: array<vec4<f32>, 160>;
@group(0) @binding(1) var<storage, read> b1: array<f32, 200>;
@group(0) @binding(2) var<storage, read> b2: array<f32, 10>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32, 320>;
var<workgroup> left: array<vec4<f32>, 272>;
var<workgroup> right: array<vec4<f32>, 256>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let group = i32(workgroup.x);
  let local = i32(invocation);
  let tileRow = group % 1;
  let tileColumn = group / 1 % 1;
  let batch = group / 1;
  let threadRow = local / 16;
  let threadColumn = local % 16;
  let left0 = clamp(local, 0, 63);
  let right0 = clamp(local + -64, 0, 63);
  var sum0_0 = vec4<f32>();
  var sum1_0 = vec4<f32>();
  var sum2_0 = vec4<f32>();
  var sum3_0 = vec4<f32>();
  let v0 = (left0 % 4);
  let v1 = vec4<i32>(v0 * 4) + vec4<i32>(0, 1, 2, 3);
  let v4 = (left0 / 4);
  let v5 = min(v4, 7);
  let v8 = v5 * 20;
  let v12 = 5 + v5 * 20;
  let v16 = 10 + v5 * 20;
  let v20 = 15 + v5 * 20;
  let v24 = v0 * 68 + v4;
  let v25 = 17 + v0 * 68 + v4;
  let v26 = 34 + v0 * 68 + v4;
  let v27 = 51 + v0 * 68 + v4;
  let v28 = (right0 / 16);
  let v29 = v28 * 4;
  let v34 = (right0 % 16);
  let v35 = vec4<i32>(v34 * 4) + vec4<i32>(0, 1, 2, 3);
  let v36 = min(v35, vec4<i32>(9));
  let v40 = 1 + v28 * 4;
  let v43 = vec4<i32>(10) + v36;
  let v47 = 2 + v28 * 4;
  let v50 = vec4<i32>(20) + v36;
  let v54 = 3 + v28 * 4;
  let v57 = vec4<i32>(30) + v36;
  let v61 = v28 * 64 + v34;
  let v62 = 16 + v28 * 64 + v34;
  let v63 = 32 + v28 * 64 + v34;
  let v64 = 48 + v28 * 64 + v34;
  for (var block = 0; block < 2; block++) {
    let v2 = v1 + vec4<i32>(block * 16);
    let v3 = (v2 < vec4<i32>(20));
    let v6 = v0 + block * 4;
    let v7 = min(v6, 4);
    let v9 = v8 + v7;
    let v10 = b0[v9];
    let v11 = select(vec4<f32>(0.0f), v10, v3);
    let v13 = v12 + v7;
    let v14 = b0[v13];
    let v15 = select(vec4<f32>(0.0f), v14, v3);
    let v17 = v16 + v7;
    let v18 = b0[v17];
    let v19 = select(vec4<f32>(0.0f), v18, v3);
    let v21 = v20 + v7;
    let v22 = b0[v21];
    let v23 = select(vec4<f32>(0.0f), v22, v3);
    if (local < 64) {
      left[v24] = vec4<f32>(v11.x, v15.x, v19.x, v23.x);
      left[v25] = vec4<f32>(v11.y, v15.y, v19.y, v23.y);
      left[v26] = vec4<f32>(v11.z, v15.z, v19.z, v23.z);
      left[v27] = vec4<f32>(v11.w, v15.w, v19.w, v23.w);
    }
    let v30 = v29 + block * 16;
    let v31 = (v30 < 20);
    let v32 = v28 + block * 4;
    let v33 = min(v32, 4);
    let v37 = v36 + vec4<i32>(v33 * 40);
    let v38 = vec4<f32>(b1[v37[0]], b1[v37[1]], b1[v37[2]], b1[v37[3]]);
    let v39 = select(vec4<f32>(0.0f), v38, vec4<bool>(v31));
    let v41 = v40 + block * 16;
    let v42 = (v41 < 20);
    let v44 = v43 + vec4<i32>(v33 * 40);
    let v45 = vec4<f32>(b1[v44[0]], b1[v44[1]], b1[v44[2]], b1[v44[3]]);
    let v46 = select(vec4<f32>(0.0f), v45, vec4<bool>(v42));
    let v48 = v47 + block * 16;
    let v49 = (v48 < 20);
    let v51 = v50 + vec4<i32>(v33 * 40);
    let v52 = vec4<f32>(b1[v51[0]], b1[v51[1]], b1[v51[2]], b1[v51[3]]);
    let v53 = select(vec4<f32>(0.0f), v52, vec4<bool>(v49));
    let v55 = v54 + block * 16;
    let v56 = (v55 < 20);
    let v58 = v57 + vec4<i32>(v33 * 40);
    let v59 = vec4<f32>(b1[v58[0]], b1[v58[1]], b1[v58[2]], b1[v58[3]]);
    let v60 = select(vec4<f32>(0.0f), v59, vec4<bool>(v56));
    if (local >= 64 && local < 128) {
      right[v61] = v39;
      right[v62] = v46;
      right[v63] = v53;
      right[v64] = v60;
    }
    workgroupBarrier();
    for (var step = 0; step < 16; step++) {
      let row0 = left[step * 17 + threadRow + 0];
      let column0 = right[step * 16 + threadColumn + 0];
      sum0_0 += row0.x * column0;
      sum1_0 += row0.y * column0;
      sum2_0 += row0.z * column0;
      sum3_0 += row0.w * column0;
    }
    workgroupBarrier();
  }
  var sums = array<vec4<f32>, 4>(sum0_0, sum1_0, sum2_0, sum3_0);
  let v65 = threadRow * 4;
  let v68 = threadColumn * 4;
  let v69 = (v68 < 10);
  let v70 = min(v68, 9);
  let v71 = b2[v70];
  let v74 = min(threadRow, 7);
  let v75 = v74 * 40 + v70;
  let v77 = 1 + threadColumn * 4;
  let v78 = (v77 < 10);
  let v79 = min(v77, 9);
  let v80 = b2[v79];
  let v83 = v74 * 40 + v79;
  let v85 = 2 + threadColumn * 4;
  let v86 = (v85 < 10);
  let v87 = min(v85, 9);
  let v88 = b2[v87];
  let v91 = v74 * 40 + v87;
  let v93 = 3 + threadColumn * 4;
  let v94 = (v93 < 10);
  let v95 = min(v93, 9);
  let v96 = b2[v95];
  let v99 = v74 * 40 + v95;
  for (var part = 0; part < 4; part++) {
    let v66 = v65 + part;
    let v67 = (v66 < 32);
    let v76 = v75 + part * 10;
    let v84 = v83 + part * 10;
    let v92 = v91 + part * 10;
    let v100 = v99 + part * 10;
    if (v67) {
      let sum = sums[part * 1];
      if (v69) {
        let v72 = (sum.x + v71);
        let v73 = select(v72, 0.0f, 0.0f > v72);
        b3[v76] = v73;
      }
      if (v78) {
        let v81 = (sum.y + v80);
        let v82 = select(v81, 0.0f, 0.0f > v81);
        b3[v84] = v82;
      }
      if (v86) {
        let v89 = (sum.z + v88);
        let v90 = select(v89, 0.0f, 0.0f > v89);
        b3[v92] = v90;
      }
      if (v94) {
        let v97 = (sum.w + v96);
        let v98 = select(v97, 0.0f, 0.0f > v97);
        b3[v100] = v98;
      }
    }
  }
}
