"""The models of the tests, as text in ONNX's own syntax.

The ``onnx`` package, which parses them, is compiled and does not exist in the tab, so ``prepare``
writes them to files on the host; tests open the files.

Syntax: https://github.com/onnx/onnx/blob/v1.17.0/docs/Syntax.md
"""

from .concat_models import CONCATS, DOUBLED, EMPTY, FLOAT16, FLOAT16_SHARED, ROUNDED
from .quantized_models import QUANTIZED
from .text import numbers, weights

HEADER = '<ir_version: 10, opset_import: ["" : 21, "ai.onnx.ml" : 4, "com.microsoft" : 1]>'

LONG = 200  # nodes of the model "long"

# A tensor w is added to the first branch: in a file of its own, which text cannot say.
BRANCH = """g (bool c, float[256] x) => (float[256] y) {
    y = If(c)<
        then_branch = product () => (float[256] t) { t = Mul(x, w) },
        else_branch = negative () => (float[256] e) { e = Neg(x) }
    >
}"""

# The types that both NumPy and ONNX Runtime have, by their names in NumPy.
DTYPES = {
    "float16": "float16",
    "float32": "float",
    "float64": "double",
    "int8": "int8",
    "int16": "int16",
    "int32": "int32",
    "int64": "int64",
    "uint8": "uint8",
    "uint16": "uint16",
    "uint32": "uint32",
    "uint64": "uint64",
    "bool": "bool",
    "str": "string",
}


# Whole models, where the header itself matters.
MODELS = {
    "add": """
        <ir_version: 10, opset_import: ["" : 21], producer_name: "wasmatte", model_version: 7,
         domain: "org.example", doc_string: "adds", metadata_props: ["key" : "value"]>
        addition (float[N, 3] x, float[3] y) => (float[N, 3] z) { z = Add(x, y) }""",
    "unknown_operator": """
        <ir_version: 10, opset_import: ["" : 21]>
        g (float[N] x) => (float[N] y) { y = Nonsense(x) }""",
    "unknown_domain": """
        <ir_version: 10, opset_import: ["" : 21, "org.example" : 1]>
        g (float[N] x) => (float[N] y) { y = org.example.Nonsense(x) }""",
    "future_opset": """
        <ir_version: 10, opset_import: ["" : 99]>
        g (float[N] x) => (float[N] y) { y = Neg(x) }""",
    "future_ir": """
        <ir_version: 99, opset_import: ["" : 21]>
        g (float[N] x) => (float[N] y) { y = Neg(x) }""",
    "local_function": """
        <ir_version: 10, opset_import: ["" : 21, "org.example" : 1]>
        g (float[N] x) => (float[N] y) { y = org.example.Twice(x) }
        <domain: "org.example", opset_import: ["" : 21]>
        Twice (a) => (b) { b = Add(a, a) }""",
}

# Graphs under the common header.
GRAPHS = {
    "cycle": "g (float x) => (float y) { p = Add(x, q)  q = Neg(p)  y = Neg(q) }",
    "wrong_type": "g (string x) => (string y) { y = Neg(x) }",
    "reshape": "g (float[N] x, int64[K] shape) => (float[M] y) { y = Reshape(x, shape) }",
    "two_outputs": """g (float[N] x) => (float[N] negative, float[N] exponential) {
        negative = Neg(x)
        exponential = Exp(x)
    }""",
    "two_outputs_one_fails": """g (float[N] x) => (float sum, float[2] wrong) {
        sum = ReduceSum<keepdims = 0>(x)
        shape = Constant<value_ints = [2]>()
        wrong = Reshape(x, shape)
    }""",
    "chain": """g (float[N, 4] x) => (float[N, 4] y)
        <float[4, 4] w = {1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4},
         float[4] b = {1, 2, 3, 4}, float zero = {0}> {
        product = MatMul(x, w)
        sum = Add(product, b)
        same = Add(sum, zero)
        y = Relu(same)
    }""",
    "weighted": """g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> { y = Mul(x, w) }""",
    # Too large a weight to be copied out of a model in ORT's format.
    "many_weights": f"""g (float[64] x) => (float[64] y)
        <float[64] w = {{{", ".join(map(str, range(64)))}}}> {{ y = Mul(x, w) }}""",
    "overridable": """g (float[2] x, float[2] w) => (float[2] y) <float[2] w = {1, 2}> {
        y = Mul(x, w)
    }""",
    "parallel": """g (float[N] x) => (float[N] y) {
        a = Exp(x)
        b = Neg(x)
        c = Abs(x)
        ab = Add(a, b)
        y = Add(ab, c)
    }""",
    "long": """g (float[N, N] x) => (float[N, N] y) {
        """
    + "".join(f"y{i + 1} = MatMul({f'y{i}' if i else 'x'}, x)  " for i in range(LONG - 1))
    + f"y = MatMul(y{LONG - 1}, x) }}",
    "big_matmul": "g (float[N, K] a, float[K, M] b) => (float[N, M] c) { c = MatMul(a, b) }",
    "scalar": "g (float x) => (float y) { y = Neg(x) }",
    "sequence_construct": """g (float[N] a, float[M] b) => (seq(float[K]) s) {
        s = SequenceConstruct(a, b)
    }""",
    "sequence_concat": """g (seq(float[N]) s) => (float[M] c) {
        c = ConcatFromSequence<axis = 0>(s)
    }""",
    "sequence_at": "g (seq(string[N]) s, int64 i) => (string[M] c) { c = SequenceAt(s, i) }",
    "sequence_insert": """g (seq(float[N]) s, float[M] x) => (seq(float[K]) t) {
        t = SequenceInsert(s, x)
    }""",
    "input_is_output": "g (float[N] x) => (float[N] x, float[N] y) { y = Neg(x) }",
    "optional_has": "g (optional(float[N]) o) => (bool has) { has = OptionalHasElement(o) }",
    "optional_make": "g (float[N] x) => (optional(float[N]) o) { o = Optional(x) }",
    "zip_map": """g (float[N, 3] p) => (seq(map(int64, float)) m) {
        m = ai.onnx.ml.ZipMap<classlabels_int64s = [10, 20, 30]>(p)
    }""",
    "zip_map_strings": """g (float[N, 2] p) => (seq(map(string, float)) m) {
        m = ai.onnx.ml.ZipMap<classlabels_strings = ["cat", "dog"]>(p)
    }""",
    "cast_map": """g (map(int64, float) m) => (float[1, N] t) {
        t = ai.onnx.ml.CastMap<cast_to = "TO_FLOAT", map_form = "SPARSE", max_map = 4>(m)
    }""",
    "sparse_matmul": """g (sparse_tensor(float[3, 3]) a, float[3, 2] b) => (float[3, 2] c) {
        c = com.microsoft.SparseToDenseMatMul(a, b)
    }""",
    "if": """g (bool condition, float[N] x) => (float[N] y) {
        y = If(condition)<
            then_branch = then () => (float[N] a) { a = Neg(x) },
            else_branch = otherwise () => (float[N] b) { b = Exp(x) }
        >
    }""",
    "loop": """g (int64 n, float x) => (float last, float[K] all) {
        yes = Constant<value = bool {1}>()
        last, all = Loop(n, yes, x)<
            body = step (int64 i, bool go, float value) => (bool on, float next, float seen) {
                on = Identity(go)
                half = Constant<value = float {0.5}>()
                next = Mul(value, half)
                seen = Identity(next)
            }
        >
    }""",
    "count": """g (int64 n) => (int64 last) {
        yes = Constant<value = bool {1}>()
        zero = Constant<value = int64 {0}>()
        last = Loop(n, yes, zero)<
            body = step (int64 i, bool go, int64 value) => (bool on, int64 next) {
                on = Identity(go)
                one = Constant<value = int64 {1}>()
                next = Add(value, one)
            }
        >
    }""",
    "scan": """g (float[N, 2] x) => (float[2] total, float[N, 2] sums) {
        zero = Constant<value = float[2] {0, 0}>()
        total, sums = Scan(zero, x)<
            num_scan_inputs = 1,
            body = step (float[2] sum, float[2] row) => (float[2] next, float[2] seen) {
                next = Add(sum, row)
                seen = Identity(next)
            }
        >
    }""",
    "random_uniform": "g () => (float[1000] r) { r = RandomUniform<shape = [1000]>() }",
    "random_seeded": "g () => (float[4] r) { r = RandomNormal<shape = [4], seed = 7.0>() }",
    "gelu": "g (float[N] x) => (float[N] y) { y = com.microsoft.Gelu(x) }",
    "fused_matmul": """g (float[N, K] a, float[M, K] b) => (float[N, M] c) {
        c = com.microsoft.FusedMatMul<transB = 1, alpha = 0.5>(a, b)
    }""",
    "fused_conv": """g (float[1, 1, H, W] x, float[1, 1, 3, 3] w) => (float[1, 1, H2, W2] y) {
        y = com.microsoft.FusedConv<activation = "Relu", pads = [1, 1, 1, 1]>(x, w)
    }""",
    "layer_norm": """g (float[N, 4] x, float[4] scale, float[4] bias) => (float[N, 4] y) {
        y = com.microsoft.SkipLayerNormalization<epsilon = 0.00001>(x, x, scale, bias)
    }""",
    "qlinear_add": """g (uint8[N] a, uint8[N] b) => (uint8[N] c)
        <float s = {0.5}, uint8 z = {128}> {
        c = com.microsoft.QLinearAdd(a, s, z, b, s, z, s, z)
    }""",
    "matmul_nbits": """g (float[N, 32] a, uint8[2, 1, 16] b, float[2] scales) => (float[N, 2] c) {
        c = com.microsoft.MatMulNBits<K = 32, N = 2, bits = 4, block_size = 32>(a, b, scales)
    }""",
    "dynamic_quantized": """g (float[N, 4] x) => (float[N, 4] y)
        <int8[4, 4] w = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, float s = {1}> {
        y = com.microsoft.DynamicQuantizeMatMul(x, w, s)
    }""",
    "conv_integer": """g (uint8[1, 1, 3, 3] x, uint8[1, 1, 2, 2] w) => (int32[1, 1, 2, 2] y) {
        y = ConvInteger(x, w)
    }""",
    "conv": f"""g (float[1, 16, H, W] x) => (float[1, 16, H2, W2] y)
        <float[16, 16, 3, 3] w = {{{weights("{:.3f}", 0.01, -1.25)}}},
         float[16] b = {{{numbers(range(-8, 8))}}}> {{
        c = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(x, w, b)
        y = Relu(c)
    }}""",
    **CONCATS,
    **DOUBLED,
    "empty_conv": EMPTY,
    "float16_concat": FLOAT16,
    "float16_shared": FLOAT16_SHARED,
    "float16_rounded": ROUNDED,
    # What is computed for q alone lives shorter than for both.
    "shared_max": """g (float[64, 16] x) => (float[64, 16] p, float[1, 16] q)
        <int64[1] axes = {0}> {
        v = Neg(x)
        t = Abs(v)
        u = ReduceMax(t, axes)
        q = Neg(u)
        p = Add(v, u)
    }""",
    # Every one of the large tensors is an output.
    "tall": f"""g (float[4, 1024, 1024] t0) => (
        {", ".join(f"float[4, 1024, 1024] t{i + 1}" for i in range(12))}) {{
        {" ".join(f"t{i + 1} = Neg(t{i})" for i in range(12))}
    }}""",
    # V can lie where A has lain, and nobody reads it for y.
    "half_read": """g (float[1, 1024] x) => (float[1, 3072] y, float[1, 1024] z)
        <int64[4] p = {0, 0, 0, 1024}, int64[2] h = {1024, 1024}> {
        A = Exp(x)
        S = ReduceSum<keepdims = 0>(A)
        D = Pad(x, p, S)
        C = Neg(D)
        V, W = Split<axis = 1>(C, h)
        y = Concat<axis = 1>(W, D)
        z = Neg(V)
    }""",
    # Tensors of 8, 12, 18 and 27 MiB: none finds room where those before were.
    "steps": """g (float[N, 2097152] x) => (float[N, 1] y)
        <int64[4] p = {0, 0, 0, 1048576}, int64[4] q = {0, 0, 0, 1572864},
         int64[4] r = {0, 0, 0, 2359296}, int64[1] axes = {1}> {
        a = Pad(x, p)
        b = Pad(a, q)
        c = Pad(b, r)
        y = ReduceSum(c, axes)
    }""",
    **QUANTIZED,
    "linear_classifier": """g (float[N, 2] x) => (int64[N] label, float[N, 2] score) {
        label, score = ai.onnx.ml.LinearClassifier<
            classlabels_ints = [5, 6], coefficients = [1.0, 0.0, 0.0, 1.0],
            intercepts = [0.0, 0.0], post_transform = "NONE">(x)
    }""",
    "label_encoder": """g (string[N] s) => (int64[N] i) {
        i = ai.onnx.ml.LabelEncoder<
            keys_strings = ["cat", "dog"], values_int64s = [1, 2], default_int64 = -1>(s)
    }""",
    "tree": """g (float[N, 1] x) => (float[N, 1] y) {
        y = ai.onnx.ml.TreeEnsembleRegressor<
            n_targets = 1, nodes_treeids = [0, 0, 0], nodes_nodeids = [0, 1, 2],
            nodes_featureids = [0, 0, 0], nodes_modes = ["BRANCH_LEQ", "LEAF", "LEAF"],
            nodes_values = [0.5, 0.0, 0.0], nodes_truenodeids = [1, 0, 0],
            nodes_falsenodeids = [2, 0, 0], target_treeids = [0, 0], target_nodeids = [1, 2],
            target_ids = [0, 0], target_weights = [-1.0, 1.0]>(x)
    }""",
    "scaler": """g (float[N, 2] x) => (float[N, 2] y) {
        y = ai.onnx.ml.Scaler<offset = [1.0, 2.0], scale = [2.0, 0.5]>(x)
    }""",
    "tfidf": """g (int64[N] x) => (float[3] y) {
        y = TfIdfVectorizer<max_gram_length = 1, max_skip_count = 0, min_gram_length = 1,
            mode = "TF", ngram_counts = [0], ngram_indexes = [0, 1, 2], pool_int64s = [4, 5, 6]>(x)
    }""",
    "einsum": """g (float[N, K] a, float[K, M] b) => (float[M, N] c) {
        c = Einsum<equation = "ik,kj->ji">(a, b)
    }""",
    "strings": """g (string[N] s) => (string[N] t) {
        t = StringNormalizer<case_change_action = "UPPER">(s)
    }""",
}


def texts() -> dict[str, str]:
    """Give the text of every model by name."""
    graphs = dict(GRAPHS)
    for dtype, onnx_type in DTYPES.items():
        value = f"{onnx_type}[]"
        graphs[f"identity_{dtype}"] = f"g ({value} x) => ({value} y) {{ y = Identity(x) }}"
    return {**MODELS, **{name: HEADER + graph for name, graph in graphs.items()}}
