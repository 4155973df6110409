"""What the platform compares a model's voices by, made of what training left: backend.py MODEL.onnx MODEL.backend.json OUT.json
Prints the entry for models.json too."""
import hashlib, json, os, sys

onnx, trained, out = sys.argv[1:]
sha256 = hashlib.sha256(open(onnx, 'rb').read()).hexdigest()
name = os.path.basename(onnx)
d = json.load(open(trained))
backend = {'kind': 'cosine', 'model': '', 'mean': d['mean']} if 'mean' in d else {'kind': 'plda', 'model': '', 'between': d['between']}
backend['model'] = f"{name.removesuffix('.onnx').lower()}@{sha256[:12]}"
json.dump({**backend, 'cohort': d['cohort']}, open(out, 'w'), separators=(',', ':'))
print(json.dumps({'file': name, 'sha256': sha256}))
