"""PyTorch on the processor: python3 torch_engine.py. Obeys lines of JSON, as ../serve.ts."""
import json
import sys
import time

import torch
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(2)


class Recurrent(nn.Module):
    """Embedding, two LSTMs, scores at every step."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(64, 64)
        self.lstm = nn.LSTM(64, 128, num_layers=2, batch_first=True)
        self.scores = nn.Linear(128, 64)

    def forward(self, x):
        return self.scores(self.lstm(self.embedding(x))[0])


class Transformer(nn.Module):
    """Two blocks with norms after their parts, scores at every position."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(64, 64)
        self.positions = nn.Parameter(torch.randn(64, 64) * 0.02)
        block = nn.TransformerEncoderLayer(64, 4, 256, dropout=0.0, batch_first=True)
        self.blocks = nn.TransformerEncoder(block, 2)
        self.scores = nn.Linear(64, 64)
        self.register_buffer("future", torch.triu(torch.full((64, 64), float("-inf")), 1))

    def forward(self, x):
        return self.scores(self.blocks(self.embedding(x) + self.positions, self.future))


def cnn():
    parts = [nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    parts += [nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*parts, nn.Flatten(), nn.Linear(3136, 64), nn.ReLU(), nn.Linear(64, 10))


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))


def image(batch):
    return torch.rand(batch, 1, 28, 28)


def classes(count, *shape):
    return torch.randint(0, count, shape)


MODELS = {
    "mlp": lambda: (mlp(), image(32), classes(10, 32)),
    "cnn": lambda: (cnn(), image(32), classes(10, 32)),
    "char": lambda: (Recurrent(), classes(64, 32, 40), classes(64, 32, 40)),
    "transformer": lambda: (Transformer(), classes(64, 16, 64), classes(64, 16, 64)),
}


class Engine:
    def prepare(self, workload, **_):
        start = time.perf_counter()
        self.model, self.x, self.y = MODELS[workload]()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.001)
        self.train(1)
        facts = {"first step ms": 1000 * (time.perf_counter() - start)}
        return {"loss": self.loss.item(), "facts": facts}

    def round(self, steps, **_):
        start = time.perf_counter()
        self.train(steps)
        return {"milliseconds": 1000 * (time.perf_counter() - start) / steps}

    def finish(self, **_):
        return {"loss": self.loss.item()}

    def train(self, steps):
        for _ in range(steps):
            self.optimizer.zero_grad(set_to_none=True)
            self.loss = nn.functional.cross_entropy(self.model(self.x).flatten(0, -2), self.y.flatten())
            self.loss.backward()
            self.optimizer.step()


engine = Engine()
print(json.dumps({"device": f"processor, {torch.get_num_threads()} threads, PyTorch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    command = json.loads(line)
    try:
        answer = getattr(engine, command["do"])(**{key: value for key, value in command.items() if key != "do"})
    except Exception as error:
        answer = {"cannot": str(error).splitlines()[0]}
    print(json.dumps(answer), flush=True)
