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
  let v15 = vec4<i32>(8) + vec4<i32>(0, 1, 2, 3);
  let v16 = min(v15, vec4<i32>(9));
  let v17 = vec4<i32>(share * 10) + v16;
  let v33 = tileRow * 20;
  for (var q = 0; q < 5; q++) {
    let v1 = v0 + q * 40;
    let v2 = vec4<f32>(b0[v1 + 0], b0[v1 + 1], b0[v1 + 2], b0[v1 + 3]);
    let v3 = subgroupBroadcast(v2, 0u);
    let v4 = subgroupBroadcast(v2, 1u);
    let v5 = subgroupBroadcast(v2, 2u);
    let v6 = subgroupBroadcast(v2, 3u);
    let v7 = mat4x4<f32>(v3, v4, v5, v6);
    let v8 = v1 + 4;
    let v9 = vec4<f32>(b0[v8 + 0], b0[v8 + 1], b0[v8 + 2], b0[v8 + 3]);
    let v10 = subgroupBroadcast(v9, 0u);
    let v11 = subgroupBroadcast(v9, 1u);
    let v12 = subgroupBroadcast(v9, 2u);
    let v13 = subgroupBroadcast(v9, 3u);
    let v14 = mat4x4<f32>(v10, v11, v12, v13);
    let v18 = v17 + vec4<i32>(q * 40);
    let v19 = vec4<f32>(b0[v18[0]], b0[v18[1]], b0[v18[2]], b0[v18[3]]);
    let v20 = subgroupBroadcast(v19, 0u);
    let v21 = subgroupBroadcast(v19, 1u);
    let v22 = subgroupBroadcast(v19, 2u);
    let v23 = subgroupBroadcast(v19, 3u);
    let v24 = mat4x4<f32>(v20, v21, v22, v23);
    let v25 = v1 + 9;
    let v26 = b0[v25];
    let v27 = vec4<f32>(v26);
    let v28 = subgroupBroadcast(v27, 0u);
    let v29 = subgroupBroadcast(v27, 1u);
    let v30 = subgroupBroadcast(v27, 2u);
    let v31 = subgroupBroadcast(v27, 3u);
    let v32 = mat4x4<f32>(v28, v29, v30, v31);
    let v34 = v33 + q;
    let v35 = b1[v34];
    let v36 = v34 + 5;
    let v37 = b1[v36];
    let v38 = v34 + 10;
    let v39 = b1[v38];
    let v40 = v34 + 15;
    let v41 = b1[v40];
    sum0_0 += v7 * v35;
    sum0_1 += v14 * v35;
    sum0_2 += v24 * v35;
    sum0_3 += v32 * v35;
    sum1_0 += v7 * v37;
    sum1_1 += v14 * v37;
    sum1_2 += v24 * v37;
    sum1_3 += v32 * v37;
    sum2_0 += v7 * v39;
    sum2_1 += v14 * v39;
    sum2_2 += v24 * v39;
    sum2_3 += v32 * v39;
    sum3_0 += v7 * v41;
    sum3_1 += v14 * v41;
    sum3_2 += v24 * v41;
    sum3_3 += v32 * v41;
  }
  let v42 = (0 < 10);
  let v43 = b2[0];
  let v46 = tileRow * 40;
  if (v42) {
    let v44 = (sum0_0.x + v43);
    let v45 = select(v44, 0.0f, 0.0f > v44);
    b3[v46] = v45;
  }
  let v47 = (1 < 10);
  let v48 = b2[1];
  let v51 = v46 + 1;
  if (v47) {
    let v49 = (sum0_0.y + v48);
    let v50 = select(v49, 0.0f, 0.0f > v49);
    b3[v51] = v50;
  }
  let v52 = (2 < 10);
  let v53 = b2[2];
  let v56 = v46 + 2;
  if (v52) {
    let v54 = (sum0_0.z + v53);
    let v55 = select(v54, 0.0f, 0.0f > v54);
    b3[v56] = v55;
  }
  let v57 = (3 < 10);
  let v58 = b2[3];
  let v61 = v46 + 3;
  if (v57) {
    let v59 = (sum0_0.w + v58);
    let v60 = select(v59, 0.0f, 0.0f > v59);
    b3[v61] = v60;
  }
  let v62 = (4 < 10);
  let v63 = b2[4];
  let v66 = v46 + 4;
  if (v62) {
    let v64 = (sum0_1.x + v63);
    let v65 = select(v64, 0.0f, 0.0f > v64);
    b3[v66] = v65;
  }
  let v67 = (5 < 10);
  let v68 = b2[5];
  let v71 = v46 + 5;
  if (v67) {
    let v69 = (sum0_1.y + v68);
    let v70 = select(v69, 0.0f, 0.0f > v69);
    b3[v71] = v70;
  }
  let v72 = (6 < 10);
  let v73 = b2[6];
  let v76 = v46 + 6;
  if (v72) {
    let v74 = (sum0_1.z + v73);
    let v75 = select(v74, 0.0f, 0.0f > v74);
    b3[v76] = v75;
  }
  let v77 = (7 < 10);
  let v78 = b2[7];
  let v81 = v46 + 7;
  if (v77) {
    let v79 = (sum0_1.w + v78);
    let v80 = select(v79, 0.0f, 0.0f > v79);
    b3[v81] = v80;
  }
  let v82 = (8 < 10);
  let v83 = b2[8];
  let v86 = v46 + 8;
  if (v82) {
    let v84 = (sum0_2.x + v83);
    let v85 = select(v84, 0.0f, 0.0f > v84);
    b3[v86] = v85;
  }
  let v87 = (9 < 10);
  let v88 = b2[9];
  let v91 = v46 + 9;
  if (v87) {
    let v89 = (sum0_2.y + v88);
    let v90 = select(v89, 0.0f, 0.0f > v89);
    b3[v91] = v90;
  }
  let v92 = (10 < 10);
  if (v92) {
    let v93 = (sum0_2.z + v88);
    let v94 = select(v93, 0.0f, 0.0f > v93);
    b3[v91] = v94;
  }
  let v95 = (11 < 10);
  if (v95) {
    let v96 = (sum0_2.w + v88);
    let v97 = select(v96, 0.0f, 0.0f > v96);
    b3[v91] = v97;
  }
  let v98 = (12 < 10);
  if (v98) {
    let v99 = (sum0_3.x + v88);
    let v100 = select(v99, 0.0f, 0.0f > v99);
    b3[v91] = v100;
  }
  let v101 = (13 < 10);
  if (v101) {
    let v102 = (sum0_3.y + v88);
    let v103 = select(v102, 0.0f, 0.0f > v102);
    b3[v91] = v103;
  }
  let v104 = (14 < 10);
  if (v104) {
    let v105 = (sum0_3.z + v88);
    let v106 = select(v105, 0.0f, 0.0f > v105);
    b3[v91] = v106;
  }
  let v107 = (15 < 10);
  if (v107) {
    let v108 = (sum0_3.w + v88);
    let v109 = select(v108, 0.0f, 0.0f > v108);
    b3[v91] = v109;
  }
  let v112 = v46 + 10;
  if (v42) {
    let v110 = (sum1_0.x + v43);
    let v111 = select(v110, 0.0f, 0.0f > v110);
    b3[v112] = v111;
  }
  let v115 = v46 + 11;
  if (v47) {
    let v113 = (sum1_0.y + v48);
    let v114 = select(v113, 0.0f, 0.0f > v113);
    b3[v115] = v114;
  }
  let v118 = v46 + 12;
  if (v52) {
    let v116 = (sum1_0.z + v53);
    let v117 = select(v116, 0.0f, 0.0f > v116);
    b3[v118] = v117;
  }
  let v121 = v46 + 13;
  if (v57) {
    let v119 = (sum1_0.w + v58);
    let v120 = select(v119, 0.0f, 0.0f > v119);
    b3[v121] = v120;
  }
  let v124 = v46 + 14;
  if (v62) {
    let v122 = (sum1_1.x + v63);
    let v123 = select(v122, 0.0f, 0.0f > v122);
    b3[v124] = v123;
  }
  let v127 = v46 + 15;
  if (v67) {
    let v125 = (sum1_1.y + v68);
    let v126 = select(v125, 0.0f, 0.0f > v125);
    b3[v127] = v126;
  }
  let v130 = v46 + 16;
  if (v72) {
    let v128 = (sum1_1.z + v73);
    let v129 = select(v128, 0.0f, 0.0f > v128);
    b3[v130] = v129;
  }
  let v133 = v46 + 17;
  if (v77) {
    let v131 = (sum1_1.w + v78);
    let v132 = select(v131, 0.0f, 0.0f > v131);
    b3[v133] = v132;
  }
  let v136 = v46 + 18;
  if (v82) {
    let v134 = (sum1_2.x + v83);
    let v135 = select(v134, 0.0f, 0.0f > v134);
    b3[v136] = v135;
  }
  let v139 = v46 + 19;
  if (v87) {
    let v137 = (sum1_2.y + v88);
    let v138 = select(v137, 0.0f, 0.0f > v137);
    b3[v139] = v138;
  }
  if (v92) {
    let v140 = (sum1_2.z + v88);
    let v141 = select(v140, 0.0f, 0.0f > v140);
    b3[v139] = v141;
  }
  if (v95) {
    let v142 = (sum1_2.w + v88);
    let v143 = select(v142, 0.0f, 0.0f > v142);
    b3[v139] = v143;
  }
  if (v98) {
    let v144 = (sum1_3.x + v88);
    let v145 = select(v144, 0.0f, 0.0f > v144);
    b3[v139] = v145;
  }
  if (v101) {
    let v146 = (sum1_3.y + v88);
    let v147 = select(v146, 0.0f, 0.0f > v146);
    b3[v139] = v147;
  }
  if (v104) {
    let v148 = (sum1_3.z + v88);
    let v149 = select(v148, 0.0f, 0.0f > v148);
    b3[v139] = v149;
  }
  if (v107) {
    let v150 = (sum1_3.w + v88);
    let v151 = select(v150, 0.0f, 0.0f > v150);
    b3[v139] = v151;
  }
  let v154 = v46 + 20;
  if (v42) {
    let v152 = (sum2_0.x + v43);
    let v153 = select(v152, 0.0f, 0.0f > v152);
    b3[v154] = v153;
  }
  let v157 = v46 + 21;
  if (v47) {
    let v155 = (sum2_0.y + v48);
    let v156 = select(v155, 0.0f, 0.0f > v155);
    b3[v157] = v156;
  }
  let v160 = v46 + 22;
  if (v52) {
    let v158 = (sum2_0.z + v53);
    let v159 = select(v158, 0.0f, 0.0f > v158);
    b3[v160] = v159;
  }
  let v163 = v46 + 23;
  if (v57) {
    let v161 = (sum2_0.w + v58);
    let v162 = select(v161, 0.0f, 0.0f > v161);
    b3[v163] = v162;
  }
  let v166 = v46 + 24;
  if (v62) {
    let v164 = (sum2_1.x + v63);
    let v165 = select(v164, 0.0f, 0.0f > v164);
    b3[v166] = v165;
  }
  let v169 = v46 + 25;
  if (v67) {
    let v167 = (sum2_1.y + v68);
    let v168 = select(v167, 0.0f, 0.0f > v167);
    b3[v169] = v168;
  }
  let v172 = v46 + 26;
  if (v72) {
    let v170 = (sum2_1.z + v73);
    let v171 = select(v170, 0.0f, 0.0f > v170);
    b3[v172] = v171;
  }
  let v175 = v46 + 27;
  if (v77) {
    let v173 = (sum2_1.w + v78);
    let v174 = select(v173, 0.0f, 0.0f > v173);
    b3[v175] = v174;
  }
  let v178 = v46 + 28;
  if (v82) {
    let v176 = (sum2_2.x + v83);
    let v177 = select(v176, 0.0f, 0.0f > v176);
    b3[v178] = v177;
  }
  let v181 = v46 + 29;
  if (v87) {
    let v179 = (sum2_2.y + v88);
    let v180 = select(v179, 0.0f, 0.0f > v179);
    b3[v181] = v180;
  }
  if (v92) {
    let v182 = (sum2_2.z + v88);
    let v183 = select(v182, 0.0f, 0.0f > v182);
    b3[v181] = v183;
  }
  if (v95) {
    let v184 = (sum2_2.w + v88);
    let v185 = select(v184, 0.0f, 0.0f > v184);
    b3[v181] = v185;
  }
  if (v98) {
    let v186 = (sum2_3.x + v88);
    let v187 = select(v186, 0.0f, 0.0f > v186);
    b3[v181] = v187;
  }
  if (v101) {
    let v188 = (sum2_3.y + v88);
    let v189 = select(v188, 0.0f, 0.0f > v188);
    b3[v181] = v189;
  }
  if (v104) {
    let v190 = (sum2_3.z + v88);
    let v191 = select(v190, 0.0f, 0.0f > v190);
    b3[v181] = v191;
  }
  if (v107) {
    let v192 = (sum2_3.w + v88);
    let v193 = select(v192, 0.0f, 0.0f > v192);
    b3[v181] = v193;
  }
  let v196 = v46 + 30;
  if (v42) {
    let v194 = (sum3_0.x + v43);
    let v195 = select(v194, 0.0f, 0.0f > v194);
    b3[v196] = v195;
  }
  let v199 = v46 + 31;
  if (v47) {
    let v197 = (sum3_0.y + v48);
    let v198 = select(v197, 0.0f, 0.0f > v197);
    b3[v199] = v198;
  }
  let v202 = v46 + 32;
  if (v52) {
    let v200 = (sum3_0.z + v53);
    let v201 = select(v200, 0.0f, 0.0f > v200);
    b3[v202] = v201;
  }
  let v205 = v46 + 33;
  if (v57) {
    let v203 = (sum3_0.w + v58);
    let v204 = select(v203, 0.0f, 0.0f > v203);
    b3[v205] = v204;
  }
  let v208 = v46 + 34;
  if (v62) {
    let v206 = (sum3_1.x + v63);
    let v207 = select(v206, 0.0f, 0.0f > v206);
    b3[v208] = v207;
  }
  let v211 = v46 + 35;
  if (v67) {
    let v209 = (sum3_1.y + v68);
    let v210 = select(v209, 0.0f, 0.0f > v209);
    b3[v211] = v210;
  }
  let v214 = v46 + 36;
  if (v72) {
    let v212 = (sum3_1.z + v73);
    let v213 = select(v212, 0.0f, 0.0f > v212);
    b3[v214] = v213;
  }
  let v217 = v46 + 37;
  if (v77) {
    let v215 = (sum3_1.w + v78);
    let v216 = select(v215, 0.0f, 0.0f > v215);
    b3[v217] = v216;
  }
  let v220 = v46 + 38;
  if (v82) {
    let v218 = (sum3_2.x + v83);
    let v219 = select(v218, 0.0f, 0.0f > v218);
    b3[v220] = v219;
  }
  let v223 = v46 + 39;
  if (v87) {
    let v221 = (sum3_2.y + v88);
    let v222 = select(v221, 0.0f, 0.0f > v221);
    b3[v223] = v222;
  }
  if (v92) {
    let v224 = (sum3_2.z + v88);
    let v225 = select(v224, 0.0f, 0.0f > v224);
    b3[v223] = v225;
  }
  if (v95) {
    let v226 = (sum3_2.w + v88);
    let v227 = select(v226, 0.0f, 0.0f > v226);
    b3[v223] = v227;
  }
  if (v98) {
    let v228 = (sum3_3.x + v88);
    let v229 = select(v228, 0.0f, 0.0f > v228);
    b3[v223] = v229;
  }
  if (v101) {
    let v230 = (sum3_3.y + v88);
    let v231 = select(v230, 0.0f, 0.0f > v230);
    b3[v223] = v231;
  }
  if (v104) {
    let v232 = (sum3_3.z + v88);
    let v233 = select(v232, 0.0f, 0.0f > v232);
    b3[v223] = v233;
  }
  if (v107) {
    let v234 = (sum3_3.w + v88);
    let v235 = select(v234, 0.0f, 0.0f > v234);
    b3[v223] = v235;
  }
}
