"""What scikit-learn's standard models reach on the very rows of an imported data set.

    /usr/bin/python3 tests/bench/baselines.py SNAPSHOT_FOLDER

Prints one JSON object: the score of each model on the test part (accuracy, or R² where numbers are predicted), and the
variance of the test part's target. The models have their library's settings; those that stop early look at the validation part as well.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor

DTYPES = {"f32": np.float32, "i32": np.int32, "u8": np.uint8}


def stored(folder, schema, split, number):
    column = schema["columns"][number]
    values = np.fromfile(folder / split / f"{number}.bin", DTYPES[column["dtype"]])
    return values.reshape(schema["rows"][split], *column["shape"])


def features(column, values):
    """Rows of numbers: scaled numbers, one-hot categories, pixels in a row, TF-IDF comes later for counts of tokens."""
    if column["dtype"] == "i32" and not column["shape"]:
        return np.eye(len(column["classes"]))[values]
    if column["dtype"] == "i32":
        rows, places = np.nonzero(values)  # Index 0 fills short texts up.
        tokens = values[rows, places]
        counts = csr_matrix((np.ones(len(tokens)), (rows, tokens)), (len(values), len(column["classes"])))
        counts.sum_duplicates()
        return counts
    affine = column.get("normalisation", {"offset": [0], "scale": [1]})
    scaled = (values.astype(np.float64) - np.array(affine["offset"])) * np.array(affine["scale"])
    return scaled.reshape(len(values), -1)


def part(folder, schema, split):
    inputs = [
        features(column, stored(folder, schema, split, number))
        for number, column in enumerate(schema["columns"])
        if column["role"] == "input"
    ]
    target = next(n for n, column in enumerate(schema["columns"]) if column["role"] == "target")
    x = np.hstack(inputs) if all(isinstance(i, np.ndarray) for i in inputs) else hstack(inputs).tocsr()
    return x, stored(folder, schema, split, target)


def models(classify, sparse):
    if sparse:
        return {"TF-IDF + logistic regression": LogisticRegression(max_iter=2000, C=10)}
    if classify:
        return {
            "logistic regression": LogisticRegression(max_iter=5000),
            "random forest": RandomForestClassifier(random_state=0),
            "MLP (scikit-learn)": MLPClassifier(max_iter=500, random_state=0),
        }
    return {
        "ridge regression": Ridge(),
        "random forest": RandomForestRegressor(random_state=0, n_jobs=2),
        "MLP (scikit-learn)": MLPRegressor(max_iter=500, random_state=0),
    }


def main():
    folder = Path(sys.argv[1])
    schema = json.loads((folder / "schema.json").read_text())
    (x, y), (x_test, y_test) = part(folder, schema, "train"), part(folder, schema, "test")
    classify = y.dtype == np.int32
    sparse = not isinstance(x, np.ndarray)
    if sparse:
        weighing = TfidfTransformer(sublinear_tf=True).fit(x)
        x, x_test = weighing.transform(x), weighing.transform(x_test)
    centre, spread = (0, 1) if classify else (y.mean(), y.std())
    scores = {}
    for name, model in models(classify, sparse).items():
        fitted = model.fit(x, y if classify else (y - centre) / spread)
        scores[name] = fitted.score(x_test, y_test if classify else (y_test - centre) / spread)
    print(json.dumps({"scores": scores, "variance": float(np.var(y_test, dtype=np.float64))}))


main()
