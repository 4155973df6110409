# export_nn.py CHECKPOINT.pt OUT.onnx BACKEND.json: the network as sherpa-onnx takes it, and what its voices are compared by (cosine).
# export_nn.py OUT.onnx BACKEND.json: the latter alone, of a network that was exported before.
import sys,os; sys.path.insert(0,os.path.dirname(__file__))
import numpy as np, torch, onnx
from net import Net,from_onnx; from answers import answers,cohort,backend
*source,out,back=sys.argv[1:]; torch.set_num_threads(1); F,y,narrow=answers()
if source:
    net=Net(); net.load_state_dict(torch.load(source[0])); net.eval()
    with torch.no_grad(): torch.onnx.export(net,torch.randn(1,203,80),out,input_names=['x'],output_names=['embs'],dynamic_axes={'x':{1:'T'}},opset_version=13)
    m=onnx.load(out); m.producer_name='spk-tdnn'
    while len(m.metadata_props): m.metadata_props.pop()
    for k,v in dict(framework='wespeaker',language='multilingual',url='local',comment='small TDNN speaker embedding trained on Speech Commands / Arabic Speech Commands / LibriSpeech subsets (all CC BY 4.0)',sample_rate='16000',output_dim='128',normalize_samples='1').items(): p=m.metadata_props.add(); p.key=k; p.value=v
    onnx.checker.check_model(m); onnx.save(m,out)
net=from_onnx(out,F[0].float()).eval()
with torch.no_grad(): E=np.concatenate([net(f.float()).numpy() for f in F]).astype(float)
backend(out,back,'cosine',cohort(E,y,narrow,300),mean=E.mean(0))
